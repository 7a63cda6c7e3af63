package android.content;

import android.view.KeyEvent;

/** What dialogs tell. */
public interface DialogInterface {
    void cancel();

    void dismiss();

    /** A button was pressed. */
    interface OnClickListener {
        void onClick(DialogInterface dialog, int which);
    }

    /** It has gone. */
    interface OnDismissListener {
        void onDismiss(DialogInterface dialog);
    }

    /** A key was pressed. */
    interface OnKeyListener {
        boolean onKey(DialogInterface dialog, int code, KeyEvent event);
    }
}
