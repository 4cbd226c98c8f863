// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.KvMix;
import io.multiraft.grader.campaign.KvRun;
import io.multiraft.grader.campaign.KvSchedules;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.service.Application;
import io.multiraft.service.ServiceOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One run of a graded test of lab 2. */
public final class KvTrial extends Trial {
    private static final Map<KvMix, KvSchedules> SCHEDULES = new ConcurrentHashMap<>();

    KvTrial(Context context) {
        super(context);
    }

    /** A group of {@code size} servers in a reliable network, without compaction. */
    public KvCluster cluster(int size) {
        return cluster(size, ServiceOptions.DEFAULT);
    }

    /** A group of {@code size} servers in a reliable network. */
    public KvCluster cluster(int size, ServiceOptions options) {
        return started(
                new KvCluster(implementations(), seed(), size, NetworkModel.RELIABLE, options, restartsJudged()));
    }

    /** A group in a network that loses, repeats and reorders messages. */
    public KvCluster unreliableCluster(int size, ServiceOptions options) {
        return started(
                new KvCluster(implementations(), seed(), size, NetworkModel.UNRELIABLE, options, restartsJudged()));
    }

    private KvCluster started(KvCluster cluster) {
        uses(cluster.simulation());
        cluster.boot();
        return cluster;
    }

    /** A client under test, {@code c1}, among {@code servers} servers played by hand. */
    public ClientScript clientScript(int servers, KvClientOptions options) {
        ClientScript script = new ClientScript(implementations().kvClient(), seed(), servers, options);
        uses(script.simulation());
        script.boot();
        return script;
    }

    /** A server of the store under test, {@code n1}, on a Raft that is played by hand. */
    public ServiceScript serviceScript() {
        return serviceScript(() -> implementations().kvStore().create(KvLimits.DEFAULT));
    }

    /** A server under test, {@code n1}, that replicates {@code application}, on a Raft that is played by hand. */
    public ServiceScript serviceScript(Application application) {
        return serviceScript(() -> application);
    }

    private ServiceScript serviceScript(Supplier<Application> application) {
        ServiceScript script = new ServiceScript(implementations(), seed());
        uses(script.simulation());
        script.boot(application);
        return script;
    }

    /** A run under a random schedule of {@code mix}. */
    public void randomSchedule(KvMix mix) {
        Schedule schedule = given().orElseGet(
                        () -> SCHEDULES.computeIfAbsent(mix, KvSchedules::new).draw(seed()));
        follows(schedule);
        KvRun run = new KvRun(schedule, implementations());
        uses(run.simulation());
        try {
            run.play();
        } finally {
            run.reached().forEach(this::reached);
        }
    }

    private boolean restartsJudged() {
        return step().compareTo("2C") >= 0;
    }
}
