package com.mixpanel.android.mpmetrics;

import android.app.Application;
import android.content.Context;
import android.util.Log;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * What waits to be sent. The real one is SQLite; this one is a text file per table, one row "id TAB token TAB json". Two
 * processes cannot share such a file, so each has its own.
 */
class MPDbAdapter {
    /** One queue each. */
    public enum Table {
        EVENTS("events"),
        PEOPLE("people");

        private final String name;

        Table(String name) {
            this.name = name;
        }

        public String getName() {
            return name;
        }
    }

    private final Context context;
    private long lastId = System.currentTimeMillis();

    MPDbAdapter(Context context) {
        this.context = context;
    }

    /** Adds one message and gives the number of rows now waiting. */
    public synchronized int addJSON(JSONObject message, String token, Table table) {
        List<String> rows = rows(table);
        rows.add(++lastId + "\t" + token + "\t" + message);
        store(table, rows);
        return rows.size();
    }

    /** The last row's id and all rows of the token as one JSON array; null when there are none. */
    public synchronized String[] generateDataString(Table table, String token) {
        JSONArray batch = new JSONArray();
        String last = null;
        for (String row : rows(table)) {
            String[] parts = row.split("\t", 3);
            try {
                if (parts[1].equals(token)) {
                    batch.put(new JSONObject(parts[2]));
                    last = parts[0];
                }
            } catch (JSONException exc) {
                Log.w("MixpanelAPI.Database", "unreadable row dropped");
            }
        }
        return last == null ? null : new String[] {last, batch.toString()};
    }

    /** Forgets everything up to a row. */
    public synchronized void cleanupEvents(String lastSent, Table table) {
        List<String> rows = rows(table);
        rows.removeIf(row -> Long.parseLong(row.substring(0, row.indexOf('\t'))) <= Long.parseLong(lastSent));
        store(table, rows);
    }

    private File file(Table table) {
        String process = Application.getProcessName().substring(context.getPackageName().length()).replace(':', '_');
        return context.getDatabasePath("mixpanel_" + table.getName() + process);
    }

    private List<String> rows(Table table) {
        try {
            return file(table).isFile() ? new ArrayList<>(Files.readAllLines(file(table).toPath())) : new ArrayList<>();
        } catch (IOException exc) {
            return new ArrayList<>();
        }
    }

    private void store(Table table, List<String> rows) {
        try {
            Files.write(file(table).toPath(), rows);
        } catch (IOException exc) {
            Log.w("MixpanelAPI.Database", "cannot write " + file(table), exc);
        }
    }
}
