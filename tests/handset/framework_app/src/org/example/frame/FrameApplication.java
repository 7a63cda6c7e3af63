package org.example.frame;

import android.app.Application;
import android.content.SharedPreferences;
import android.util.Log;
import java.util.Set;

/** Logs what its preferences held at start, and writes awkward values into them. */
public final class FrameApplication extends Application {
    private static final String AWKWARD = "<a href=\"x\">&amp; \u00fc \ud83d\ude00\nline two</a>";

    @Override
    public void onCreate() {
        SharedPreferences stored = getSharedPreferences("frame", MODE_PRIVATE);
        Log.i("Frame", "before " + stored.getAll().size() + " entries, same text " + AWKWARD.equals(stored.getString("text", "")));
        Log.i("Frame", "long " + stored.getLong("long", 0) + " float " + stored.getFloat("float", 0) + " set "
                + stored.getStringSet("set", Set.of()).contains("a<b"));
        stored.edit().putString("text", AWKWARD).putInt("int", -1).putLong("long", 1L << 40).putFloat("float", 0.5f)
                .putBoolean("boolean", true).putStringSet("set", Set.of("a<b")).apply();
    }
}
