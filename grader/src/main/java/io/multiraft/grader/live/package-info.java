// SPDX-License-Identifier: Apache-2.0
/**
 * Real processes under faults: servers that are killed and stopped, links between them that are cut and slowed, clients that go
 * on asking, and a judgement on all that they were told. See {@code docs/live.md}.
 */
package io.multiraft.grader.live;
