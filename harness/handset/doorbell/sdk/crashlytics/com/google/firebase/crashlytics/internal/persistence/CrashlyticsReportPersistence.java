package com.google.firebase.crashlytics.internal.persistence;

import android.content.Context;
import android.util.Log;
import com.google.firebase.crashlytics.internal.model.CrashlyticsReport;
import com.google.firebase.crashlytics.internal.model.serialization.CrashlyticsReportJsonTransform;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Events on disk until their report has left: files/.crashlytics.v3/PROCESS/SESSION/eventN. */
public class CrashlyticsReportPersistence {
    private final CrashlyticsReportJsonTransform transform = new CrashlyticsReportJsonTransform();
    private final File folder;

    public CrashlyticsReportPersistence(Context context) {
        folder = new File(new File(context.getFilesDir(), ".crashlytics.v3"), context.getPackageName());
    }

    public synchronized void persistEvent(CrashlyticsReport.Session.Event event, String sessionId) {
        File session = new File(folder, sessionId);
        try {
            Files.createDirectories(session.toPath());
            String name = String.format("event%010d", session.list().length);
            Files.writeString(new File(session, name).toPath(), transform.eventToJson(event));
        } catch (IOException exc) {
            Log.w("FirebaseCrashlytics", "Could not persist event for session " + sessionId, exc);
        }
    }

    /** The sessions of which events wait, oldest first. */
    public synchronized List<String> sessions() {
        String[] names = folder.isDirectory() ? folder.list() : new String[0];
        Arrays.sort(names);
        return List.of(names);
    }

    /** Takes a session's events away from the disk. */
    public synchronized List<CrashlyticsReport.Session.Event> finalizeEvents(String sessionId) {
        List<CrashlyticsReport.Session.Event> events = new ArrayList<>();
        File session = new File(folder, sessionId);
        File[] files = session.isDirectory() ? session.listFiles() : new File[0];
        Arrays.sort(files);
        for (File file : files) {
            try {
                events.add(transform.eventFromJson(Files.readString(file.toPath())));
            } catch (IOException exc) {
                Log.w("FirebaseCrashlytics", "cannot read " + file, exc);
            }
            file.delete();
        }
        session.delete();
        return events;
    }
}
