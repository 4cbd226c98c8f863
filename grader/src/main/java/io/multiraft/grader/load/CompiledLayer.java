// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

/**
 * The classes of one lab of one implementation.
 *
 * @param classes folder that they are in
 * @param packageName their package
 */
public record CompiledLayer(String classes, String packageName) {}
