package android.widget;

import android.content.Context;

/** A text to tap on. */
public class Button extends TextView {
    public Button(Context context) {
        super(context);
        minHeight = 126; // 48 dp
        setBackgroundColor(0xffd0d7de);
        setBold(true);
        setCentred(true);
        setPadding(28);
    }
}
