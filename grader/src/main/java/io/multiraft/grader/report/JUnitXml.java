// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The report as JUnit XML, one suite a step. */
public final class JUnitXml {
    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** Writes {@code report} to {@code file}. */
    public static void write(Path file, GradeReport report) {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(writer);
            new JUnitXml(xml).suites(report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void suites(GradeReport report) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        for (GradeReport.Lab lab : report.labs()) {
            for (GradeReport.Step step : lab.steps()) {
                suite(lab, step);
            }
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(GradeReport.Lab lab, GradeReport.Step step) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", lab.lab() + " " + step.step());
        xml.writeAttribute("tests", Integer.toString(step.tests().size()));
        xml.writeAttribute("failures", count(step, false));
        xml.writeAttribute("errors", count(step, true));
        for (GradeReport.Test test : step.tests()) {
            testCase(lab, step, test);
        }
        xml.writeEndElement();
    }

    private static String count(GradeReport.Step step, boolean errors) {
        return Long.toString(step.tests().stream()
                .filter(test -> test.status() != GradeReport.Status.PASSED
                        && (test.status() == GradeReport.Status.ERROR) == errors)
                .count());
    }

    private void testCase(GradeReport.Lab lab, GradeReport.Step step, GradeReport.Test test) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", lab.lab() + "." + step.step());
        xml.writeAttribute("name", test.name());
        if (test.status() != GradeReport.Status.PASSED) {
            xml.writeStartElement(test.status() == GradeReport.Status.ERROR ? "error" : "failure");
            GradeReport.Failure failure = test.failure();
            xml.writeAttribute(
                    "type",
                    failure.property() == null
                            ? test.status().label()
                            : failure.property().name());
            xml.writeAttribute("message", failure.message());
            if (failure.replay() != null) {
                xml.writeCharacters(failure.replay());
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }
}
