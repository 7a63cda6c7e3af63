package android.widget;

import android.content.Context;

/** A box to tick, with a label. */
public class CheckBox extends CompoundButton {
    public CheckBox(Context context) {
        super(context);
    }
}
