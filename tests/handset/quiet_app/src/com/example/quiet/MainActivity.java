package com.example.quiet;

import android.app.Activity;
import android.os.Bundle;
import android.widget.TextView;
import com.quiet.sdk.Sender;

/** Shows a line; after each start the one library it has says something to its server. */
public final class MainActivity extends Activity {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        TextView title = new TextView(this);
        title.setId(1);
        title.setText("Quiet");
        setContentView(title);
        new Thread(() -> Sender.send("{\"colour\":\"teal\",\"size\":\"medium\"}"), "quiet").start();
    }
}
