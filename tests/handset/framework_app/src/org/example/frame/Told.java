package org.example.frame;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;

/** An activity that logs its life. */
abstract class Told extends Activity {
    private void say(String what) {
        Log.i("Frame", getClass().getSimpleName() + "." + what + " on " + Thread.currentThread().getName());
    }

    @Override
    protected void onCreate(Bundle state) {
        say("create");
    }

    @Override
    protected void onStart() {
        say("start");
    }

    @Override
    protected void onResume() {
        say("resume");
    }

    @Override
    protected void onPause() {
        say("pause");
    }

    @Override
    protected void onStop() {
        say("stop");
    }

    @Override
    protected void onDestroy() {
        say("destroy");
    }
}
