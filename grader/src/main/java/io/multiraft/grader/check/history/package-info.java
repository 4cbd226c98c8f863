// SPDX-License-Identifier: Apache-2.0
/**
 * Histories of operations and whether they are linearizable: models, the checker, recorded histories, pictures. Knows
 * neither the simulator nor any lab.
 */
package io.multiraft.grader.check.history;
