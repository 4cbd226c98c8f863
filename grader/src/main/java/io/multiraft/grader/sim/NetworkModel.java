// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

/**
 * What the network does to every message by chance.
 *
 * @param delayMinMicros least delay
 * @param delayMaxMicros greatest delay of an ordinary message
 * @param lossPermille how many of 1,000 messages are lost, requests and replies apart
 * @param duplicatePermille how many of 1,000 messages arrive twice
 * @param slowPermille how many of 1,000 messages are slow
 * @param slowMaxMicros greatest delay of a slow message
 */
public record NetworkModel(
        long delayMinMicros,
        long delayMaxMicros,
        int lossPermille,
        int duplicatePermille,
        int slowPermille,
        long slowMaxMicros) {

    /** Half a millisecond to two, nothing lost. */
    public static final NetworkModel RELIABLE = new NetworkModel(500, 2_000, 0, 0, 0, 0);

    /** One message in ten lost, up to 26 ms of delay: reorders freely. */
    public static final NetworkModel UNRELIABLE = new NetworkModel(100, 26_000, 100, 20, 0, 0);

    NetworkModel with(Fault.Noise noise) {
        return new NetworkModel(
                delayMinMicros,
                delayMaxMicros,
                noise.lossPermille(),
                noise.duplicatePermille(),
                noise.slowPermille(),
                noise.slowMaxMicros());
    }
}
