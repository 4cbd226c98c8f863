// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.real.KvCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/walkthrough.md}: every command in it is executed, and prints what is shown there. */
class WalkthroughTest {
    private static final Path PAGE = Path.of(System.getProperty("lab.home"), "docs/walkthrough.md");
    private static final Pattern BLOCK = Pattern.compile("```(sh|text)\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    /** Behind the commands of each block. */
    private static final String MARK = "@@ end of a block";

    @TempDir
    private Path folder;

    private Process shell;

    private record Step(String commands, String expected) {}

    @AfterEach
    void endEverything() {
        if (shell != null) {
            List<ProcessHandle> all = Stream.concat(shell.descendants(), Stream.of(shell.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void doesWhatItSays() throws IOException, InterruptedException {
        List<Step> steps = steps(withFreePorts(Files.readString(PAGE)));
        assertThat(steps).hasSizeGreaterThan(8);
        writeLauncher();
        Path script = folder.resolve("walk.sh");
        Files.writeString(script, script(steps));
        Path errors = folder.resolve("errors.txt");
        shell = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = shell.waitFor();

        List<String> parts = List.of(printed.split(MARK + "\n", -1));
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < steps.size(); i++) {
            all.assertThat(i < parts.size() ? parts.get(i) : "(not reached)")
                    .as(steps.get(i).commands())
                    .isEqualTo(steps.get(i).expected());
        }
        all.assertThat(exit)
                .as("exit code; %s%n%s", Files.readString(errors), logs())
                .isZero();
        all.assertAll();
    }

    /** The page uses well-known ports; here others may be listening there. */
    private static String withFreePorts(String page) {
        Map<String, String> ports = new LinkedHashMap<>();
        Matcher matcher = PORT.matcher(page);
        while (matcher.find()) {
            ports.put(matcher.group(1), "");
        }
        List<Integer> free = new ArrayList<>(KvCluster.freePorts(ports.size()));
        ports.replaceAll((port, none) -> Integer.toString(free.remove(0)));
        return PORT.matcher(page).replaceAll(found -> "127.0.0.1:" + ports.get(found.group(1)));
    }

    private static List<Step> steps(String page) {
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                steps.add(new Step(block.group(2), ""));
            } else {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.commands(), block.group(2)));
            }
        }
        return steps;
    }

    private static String script(List<Step> steps) {
        return steps.stream()
                .map(step -> step.commands() + "echo '" + MARK + "'\n")
                .collect(Collectors.joining());
    }

    /** Takes the place of the launcher: the reference has to do it, and with patience, as the machine may be slow. */
    private void writeLauncher() throws IOException {
        Path launcher = folder.resolve("lab");
        Files.writeString(launcher, """
                #!/bin/bash
                case "$1" in
                  server | kv) set -- "$@" --impl reference ;;
                esac
                case "$1 $*" in
                  kv*--timeout*) set -- "${@/#3/10}" ;;
                  kv* | config*) set -- "$@" --timeout 120 ;;
                esac
                exec %s "$@"
                """.formatted(
                LabProcess.command().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "))));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    private String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder.resolve("walk"))) {
            for (Path log : files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                all.append(log.getFileName()).append('\n').append(Files.readString(log));
            }
        }
        return all.toString();
    }
}
