// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks LevelDB's files before LevelDB opens them: that all are there, that all fit their checksums, and that nothing is
 * unfinished but the last record of the newest log. Both LevelDBs, the native one and the one in Java, leave parts of that
 * to the first read, or pass over it.
 */
final class LevelDbFiles {
    private static final Pattern NUMBERED = Pattern.compile("(\\d+)\\.(log|sst|ldb)");

    /**
     * By so many bytes the LevelDB in Java notes a table too long when it compacts. It does not mind itself, but the native
     * one looks for the table's footer there.
     */
    private static final int EXCESS_IN_JAVA = 4;

    /** What a folder holds. */
    enum Database {
        /** No database yet. */
        NONE,
        /** One that every LevelDB can open. */
        READY,
        /** One that only the LevelDB in Java can open, because it has compacted it. */
        ONLY_IN_JAVA
    }

    private final DataDirectory directory;
    private final Path folder;
    private final Consumer<String> notice;
    private final TreeMap<Long, Path> logs = new TreeMap<>();
    private final TreeMap<Long, Path> tables = new TreeMap<>();
    private final Map<Path, LogFile.Content> unfinished = new TreeMap<>();
    private boolean onlyInJava;

    private LevelDbFiles(DataDirectory directory, Consumer<String> notice) {
        this.directory = directory;
        this.folder = directory.database();
        this.notice = notice;
    }

    /**
     * Checks the files, and cuts off what a power failure left unfinished.
     *
     * @return what is there
     * @throws DataDirectoryException if a file is damaged or missing; nothing is changed then
     */
    static Database prepare(DataDirectory directory, Consumer<String> notice)
            throws IOException, DataDirectoryException {
        Files.createDirectories(directory.database());
        LevelDbFiles files = new LevelDbFiles(directory, notice);
        files.list();
        if (Files.exists(files.folder.resolve("CURRENT"))) {
            files.check();
            return files.onlyInJava ? Database.ONLY_IN_JAVA : Database.READY;
        }
        if (!files.logs.isEmpty() || !files.tables.isEmpty()) {
            throw directory.damaged("db/CURRENT is missing");
        }
        return Database.NONE;
    }

    private void list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher numbered = NUMBERED.matcher(file.getFileName().toString());
                if (numbered.matches()) {
                    (numbered.group(2).equals("log") ? logs : tables).put(Long.parseLong(numbered.group(1)), file);
                }
            }
        }
    }

    private void check() throws IOException, DataDirectoryException {
        String name = Files.readString(folder.resolve("CURRENT"), StandardCharsets.ISO_8859_1)
                .strip();
        Path manifest = folder.resolve(name);
        if (!name.matches("MANIFEST-\\d+") || !Files.exists(manifest)) {
            throw directory.damaged("db/CURRENT does not name a manifest that is there");
        }
        Manifest files = Manifest.of(readLog(manifest, true));
        checkTables(files.tables());
        checkLogs(files);
        // only now that everything else is in order is anything changed
        for (Map.Entry<Path, LogFile.Content> log : unfinished.entrySet()) {
            LogFile.cut(log.getKey(), log.getValue());
            notice.accept(
                    "dropped an unfinished batch at the end of " + log.getKey() + ", as a power failure leaves it");
        }
    }

    private void checkTables(Map<Long, Long> sizes) throws IOException, DataDirectoryException {
        for (Map.Entry<Long, Long> table : sizes.entrySet()) {
            Path path = tables.get(table.getKey());
            if (path == null) {
                throw directory.damaged("table " + table.getKey() + " of db is missing");
            }
            long excess = table.getValue() - Files.size(path);
            if ((excess != 0 && excess != EXCESS_IN_JAVA) || !TableFile.isIntact(path)) {
                throw directory.damaged("db/" + path.getFileName() + " does not fit its checksums");
            }
            onlyInJava |= excess != 0;
        }
    }

    private void checkLogs(Manifest files) throws IOException, DataDirectoryException {
        if (files.logNumber() != 0 && !logs.containsKey(files.logNumber())) {
            throw directory.damaged("log " + files.logNumber() + " of db is missing");
        }
        for (Map.Entry<Long, Path> log : logs.entrySet()) {
            if (files.needsLog(log.getKey())) {
                readLog(log.getValue(), log.getKey().equals(logs.lastKey()));
            }
        }
    }

    private List<byte[]> readLog(Path path, boolean mayBeUnfinished) throws IOException, DataDirectoryException {
        LogFile.Content content = LogFile.read(path);
        if (content.ending() == LogFile.Ending.UNFINISHED && mayBeUnfinished) {
            unfinished.put(path, content);
        } else if (content.ending() != LogFile.Ending.CLEAN) {
            throw directory.damaged("db/" + path.getFileName() + " does not fit its checksums");
        }
        return content.records();
    }
}
