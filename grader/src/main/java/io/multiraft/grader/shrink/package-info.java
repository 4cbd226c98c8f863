// SPDX-License-Identifier: Apache-2.0
/** Makes failing schedules small, and says them in words. Knows faults, and no lab. */
package io.multiraft.grader.shrink;
