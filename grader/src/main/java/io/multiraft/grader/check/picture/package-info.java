// SPDX-License-Identifier: Apache-2.0
/**
 * Pictures of histories: one page of HTML for people who want to see at a glance why a history is not linearizable. Nothing is
 * loaded from elsewhere, and all but zooming works without scripts.
 */
package io.multiraft.grader.check.picture;
