// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.StringJoiner;

/** Any message in a line: its fields by name, long values cut. */
final class FieldText {
    /** Values and lists are cut behind so many characters or elements. */
    private static final int SHOWN = 24;

    private FieldText() {}

    /** {@code operation=PUT key="k"}; fields that are not set are left out. */
    static String of(Message message) {
        StringJoiner text = new StringJoiner(" ");
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            // the first constant of an enum says something, too
            boolean said = field.getJavaType() == FieldDescriptor.JavaType.ENUM && !field.isRepeated();
            if (field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : said || message.hasField(field)) {
                text.add(field.getName() + "=" + value(message.getField(field)));
            }
        }
        return text.toString();
    }

    /** Quoted text, or a length if these bytes are none. */
    static String of(ByteString bytes) {
        ByteString shown = bytes.size() > SHOWN ? bytes.substring(0, SHOWN) : bytes;
        for (int i = 0; i < shown.size(); i++) {
            if (shown.byteAt(i) < ' ' || shown.byteAt(i) > '~') {
                return bytes.size() + " bytes";
            }
        }
        String quoted = "\"" + shown.toStringUtf8() + "\"";
        return shown.size() < bytes.size() ? quoted + "… (" + bytes.size() + " bytes)" : quoted;
    }

    private static String value(Object value) {
        if (value instanceof Message message) {
            return "{" + of(message) + "}";
        } else if (value instanceof ByteString bytes) {
            return of(bytes);
        } else if (value instanceof String text) {
            return of(ByteString.copyFromUtf8(text));
        } else if (value instanceof List<?> list) {
            return list.size() > SHOWN
                    ? list.size() + " values"
                    : list.stream().map(FieldText::value).toList().toString();
        }
        return String.valueOf(value);
    }
}
