// SPDX-License-Identifier: Apache-2.0
/** Makes what students begin with out of the reference: the same sources without the regions of their steps. */
package io.multiraft.grader.skeleton;
