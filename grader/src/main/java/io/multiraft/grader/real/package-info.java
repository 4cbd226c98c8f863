// SPDX-License-Identifier: Apache-2.0
/** Runs the system for real, for the command line: servers, clusters, clients, load. */
package io.multiraft.grader.real;
