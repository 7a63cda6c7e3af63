package com.google.firebase.crashlytics.internal.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One session's report: facts by name, and the session in it. */
public final class CrashlyticsReport {
    private final Map<String, Object> facts;
    private final Session session;

    public CrashlyticsReport(Map<String, Object> facts, Session session) {
        this.facts = facts;
        this.session = session;
    }

    public Session getSession() {
        return session;
    }

    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>(facts);
        tree.put("session", session.tree());
        return tree;
    }

    /** One run of the app. */
    public static final class Session {
        private final String identifier;
        private final Map<String, Object> facts;
        private final List<Event> events;

        public Session(String identifier, Map<String, Object> facts, List<Event> events) {
            this.identifier = identifier;
            this.facts = facts;
            this.events = events;
        }

        public String getIdentifier() {
            return identifier;
        }

        public Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>(facts);
            tree.put("events", events.stream().map(Event::getContent).toList());
            return tree;
        }

        /** A crash or an error; the content is a tree, or JSON that was read back from a file. */
        public static final class Event {
            private final Object content;

            public Event(Object content) {
                this.content = content;
            }

            public Object getContent() {
                return content;
            }
        }
    }
}
