package com.example.counted;

import android.app.Activity;
import android.os.Bundle;
import android.widget.TextView;
import java.io.File;

/** Calls and counts from its start on until it is told to stop; the classes that do so are the fixtures'. */
public final class MainActivity extends Activity {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(new TextView(this));
        String file = "file=" + new File(getFilesDir(), "counts");
        new Thread(() -> count(file, "threads=8", "calls=100000000", "ms=90000", "pause_us=200")).start();
    }

    private static void count(String... said) {
        try {
            Counted.main(said);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
