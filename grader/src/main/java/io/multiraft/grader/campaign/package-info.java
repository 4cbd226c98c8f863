// SPDX-License-Identifier: Apache-2.0
/** Runs of random fault schedules: how they are drawn, run, judged and counted. */
package io.multiraft.grader.campaign;
