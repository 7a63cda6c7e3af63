package android.widget;

import android.content.Context;

/** A button with two states. */
public abstract class CompoundButton extends Button {
    /** Told when the state changes. */
    public interface OnCheckedChangeListener {
        void onCheckedChanged(CompoundButton button, boolean checked);
    }

    private boolean checked;
    private OnCheckedChangeListener listener;

    protected CompoundButton(Context context) {
        super(context);
        setBackgroundColor(0);
        setCentred(false);
        setBold(false);
    }

    public boolean isChecked() {
        return checked;
    }

    public void setChecked(boolean value) {
        if (checked != value) {
            checked = value;
            invalidate();
            if (listener != null) {
                listener.onCheckedChanged(this, value);
            }
        }
    }

    public void setOnCheckedChangeListener(OnCheckedChangeListener value) {
        listener = value;
    }

    @Override
    public boolean isClickable() {
        return true;
    }

    @Override
    public boolean performClick() {
        setChecked(!checked);
        super.performClick();
        return true;
    }
}
