// SPDX-License-Identifier: Apache-2.0
/**
 * The deterministic simulator: virtual time, one thread, a network, disks and nodes that fail by a schedule. It knows nodes
 * and storage, and no lab: what a run means is judged by the observers that are plugged in.
 */
package io.multiraft.grader.sim;
