// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The orders that the config servers get in a run: one after the other, now and then many at once. */
final class ShardChanges {
    private final Schedule schedule;
    private final ShardWorld world;
    private final Simulation simulation;
    private final SimRandom luck;
    private final List<Long> gids;

    /** What is to be done before something new is drawn. */
    private final Queue<ConfigCommand> planned = new ArrayDeque<>();

    private boolean underWay;

    ShardChanges(Schedule schedule, ShardWorld world) {
        this.schedule = schedule;
        this.world = world;
        this.simulation = world.simulation();
        this.luck = SimRandom.of(schedule.seed(), 0x4348414E);
        this.gids = List.copyOf(world.groups().keySet());
    }

    /** The first configuration; if it stays the only one, all groups are in it. */
    void begin() {
        boolean all = schedule.workload(ShardRun.CHANGE) == 0;
        world.await(ConfigCommands.join(world.addresses(all ? gids : some(gids))));
        world.await(ConfigCommands.query(ConfigCommands.LATEST));
    }

    /** One change after the other, as long as there are faults. */
    void goOn() {
        long pause = schedule.workload(ShardRun.CHANGE);
        if (pause == 0) {
            return;
        }
        boolean storm = luck.chance((int) schedule.workload(ShardRun.STORM_PERMILLE));
        simulation.after(storm ? 1_000 : luck.nextLong(pause * 2), () -> {
            if (simulation.nowMicros() < schedule.faultMicros()) {
                order(next());
            }
        });
    }

    private void order(ConfigCommand command) {
        underWay = true;
        world.order(
                command,
                changed -> world.order(ConfigCommands.query(ConfigCommands.LATEST), found -> {
                    underWay = false;
                    goOn();
                }));
    }

    /** Whether nothing is asked of the config servers. */
    boolean isIdle() {
        return !underWay;
    }

    /** In the end somebody must be there. */
    void giveEveryBucketAnOwner() {
        world.await(ConfigCommands.query(ConfigCommands.LATEST));
        boolean nobody = world.configs().latest().stream()
                .allMatch(config -> config.buckets().contains(Config.NOBODY));
        if (nobody) {
            List<Long> joined = joined();
            List<Long> others = absent();
            // a Join of anybody spreads all buckets
            if (others.isEmpty()) {
                world.await(ConfigCommands.leave(List.of(joined.get(0))));
                others = List.of(joined.get(0));
            }
            world.await(ConfigCommands.join(world.addresses(some(others))));
            world.await(ConfigCommands.query(ConfigCommands.LATEST));
        }
    }

    private List<Long> joined() {
        return world.configs()
                .latest()
                .map(config -> List.copyOf(config.groups().keySet()))
                .orElse(List.of());
    }

    private List<Long> absent() {
        List<Long> joined = joined();
        return gids.stream().filter(gid -> !joined.contains(gid)).toList();
    }

    private ConfigCommand next() {
        if (planned.isEmpty()) {
            plan();
        }
        return planned.remove();
    }

    private void plan() {
        List<Long> joined = joined();
        List<Long> absent = absent();
        int kind = luck.nextInt(10);
        if (joined.isEmpty() || (kind < 3 && !absent.isEmpty())) {
            List<Long> groups = some(absent);
            planned.add(
                    luck.chance(200)
                            ? ConfigCommands.joinWithoutRebalance(world.addresses(groups))
                            : ConfigCommands.join(world.addresses(groups)));
        } else if (kind < 6) {
            planned.add(ConfigCommands.leave(luck.chance(250) ? joined : some(joined)));
        } else {
            int bucket = luck.nextInt(world.nBuckets());
            long from = world.configs().ownerOf(bucket);
            planned.add(ConfigCommands.move(bucket, joined.get(luck.nextInt(joined.size()))));
            if (kind < 8 && from != Config.NOBODY) {
                planned.add(ConfigCommands.move(bucket, from)); // there and back
            }
        }
    }

    /** At least one of them. */
    private List<Long> some(List<Long> all) {
        List<Long> some = new ArrayList<>(all);
        while (some.size() > 1 && luck.chance(400)) {
            some.remove(luck.nextInt(some.size()));
        }
        return some;
    }
}
