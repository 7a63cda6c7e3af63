package android.widget;

import android.content.Context;

/** A line of text the user types. The cursor is always at the end. */
public class EditText extends TextView {
    /** Told when ENTER is pressed in the field; true when that was the end of it. */
    public interface OnEditorActionListener {
        boolean onEditorAction(TextView view);
    }

    private boolean password;
    private OnEditorActionListener onEnter;

    public EditText(Context context) {
        super(context);
        minHeight = 126; // 48 dp
        setPadding(30);
        setBackgroundColor(0xfff6f8fa);
    }

    /** A password field shows and reports bullets only. */
    public void setPassword(boolean value) {
        password = value;
    }

    public boolean isPassword() {
        return password;
    }

    public void setOnEditorActionListener(OnEditorActionListener listener) {
        onEnter = listener;
    }

    public void append(String more) {
        setText(getText() + more);
    }

    /** Takes away the last character, both halves of one outside the basic plane. */
    public void deleteLast() {
        String text = getText().toString();
        if (!text.isEmpty()) {
            setText(text.substring(0, text.offsetByCodePoints(text.length(), -1)));
        }
    }

    public boolean pressEnter() {
        return onEnter != null && onEnter.onEditorAction(this);
    }

    @Override
    public CharSequence getAccessibleText() {
        boolean hidden = password && getText().length() > 0;
        return hidden ? "\u2022".repeat(getText().length()) : super.getAccessibleText();
    }

    @Override
    public boolean isClickable() {
        return true;
    }

    @Override
    public boolean isLongClickable() {
        return true;
    }

    @Override
    public boolean isFocusable() {
        return true;
    }

    @Override
    public boolean isFocusableInTouchMode() {
        return true;
    }
}
