package android.app;

import android.content.Context;
import android.content.DialogInterface;
import android.view.View;

/** A window over the app, which the handset cannot show: asked to, it is dismissed at once. */
public class Dialog implements DialogInterface {
    private final Context context;
    private DialogInterface.OnDismissListener onDismiss;

    public Dialog(Context context) {
        this.context = context;
    }

    public final Context getContext() {
        return context;
    }

    public void setContentView(View view) {}

    public void setOnDismissListener(DialogInterface.OnDismissListener listener) {
        onDismiss = listener;
    }

    public void setOnKeyListener(DialogInterface.OnKeyListener listener) {}

    public boolean isShowing() {
        return false;
    }

    public void show() {
        dismiss();
    }

    @Override
    public void cancel() {
        dismiss();
    }

    @Override
    public void dismiss() {
        if (onDismiss != null) {
            onDismiss.onDismiss(this);
        }
    }
}
