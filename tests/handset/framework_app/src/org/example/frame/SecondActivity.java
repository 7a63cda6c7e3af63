package org.example.frame;

import android.os.Bundle;
import android.widget.TextView;

public final class SecondActivity extends Told {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        TextView text = new TextView(this);
        text.setId(R.id.second);
        text.setText("Second");
        setContentView(text);
    }
}
