package com.example.doorbell;

import android.app.Application;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.util.Log;
import com.mixpanel.android.mpmetrics.MixpanelAPI;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * Copies settings to the server, it says, in the process {@code :remote}. It has a Mixpanel of its own, as each process of
 * an app with SDKs has.
 */
public final class SyncService extends Service {
    private static final String SETTINGS_SAVED = "settings saved";

    private MixpanelAPI mixpanel;

    /** Brings the process up; a second call changes nothing. */
    static void start(Context context) {
        context.startService(new Intent(context, SyncService.class));
    }

    static void settingsSaved(Context context) {
        context.startService(new Intent(context, SyncService.class).setAction(SETTINGS_SAVED));
    }

    @Override
    public void onCreate() {
        note("ready"); // the first thing that the process does
        mixpanel = MixpanelAPI.getInstance(this, Trackers.MIXPANEL_TOKEN);
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int startId) {
        if (SETTINGS_SAVED.equals(intent.getAction())) {
            mixpanel.track("Settings Synced");
            mixpanel.flush();
        }
        return START_STICKY;
    }

    /** What the service last did, as JSON in files/sync.json: the app's own, and nobody else's. */
    private void note(String state) {
        try {
            JSONObject note = new JSONObject().put("process", Application.getProcessName()).put("state", state);
            Files.writeString(new File(getFilesDir(), "sync.json").toPath(), note.toString());
        } catch (IOException | JSONException exc) {
            Log.w("Doorbell", "sync not noted", exc);
        }
    }
}
