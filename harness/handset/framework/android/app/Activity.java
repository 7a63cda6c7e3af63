package android.app;

import android.content.Context;
import android.content.ContextWrapper;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;

/** One screen. */
public class Activity extends ContextWrapper {
    private Intent intent;
    private View content;
    private boolean finishing;
    private boolean resumed;
    private boolean secure;

    protected void onCreate(Bundle state) {}

    protected void onStart() {}

    protected void onResume() {}

    protected void onPause() {}

    protected void onStop() {}

    protected void onDestroy() {}

    protected void onNewIntent(Intent newIntent) {}

    /** BACK: leaves the screen; the last one leaves the app in the background. */
    public void onBackPressed() {
        ActivityThread.currentActivityThread().back();
    }

    public void setContentView(View view) {
        content = view;
        invalidate();
    }

    public View getContentView() {
        return content;
    }

    public View findViewById(int id) {
        return content == null ? null : content.findViewById(id);
    }

    /** A secure screen is black in screenshots (FLAG_SECURE). */
    public void setSecure(boolean value) {
        secure = value;
        invalidate();
    }

    public boolean isSecure() {
        return secure;
    }

    public Intent getIntent() {
        return intent;
    }

    public void setIntent(Intent value) {
        intent = value;
    }

    /** Nothing comes back. */
    public void startActivityForResult(Intent wanted, int code) {
        startActivity(wanted);
    }

    public View getCurrentFocus() {
        return null;
    }

    public Application getApplication() {
        return (Application) getApplicationContext();
    }

    public void finish() {
        ActivityThread.currentActivityThread().finish(this);
    }

    public boolean isFinishing() {
        return finishing;
    }

    /** {@code package/.Class}, the way window managers name it. */
    public String getShortName() {
        String name = getClass().getName();
        String packageName = getPackageName();
        boolean inside = name.startsWith(packageName + ".");
        return packageName + "/" + (inside ? name.substring(packageName.length()) : name);
    }

    /** Asks for the screen to be shown anew, when it is in front. */
    public void invalidate() {
        if (resumed) {
            ActivityThread.currentActivityThread().scheduleWindow();
        }
    }

    void attach(Context base, Intent startedBy) {
        attachBaseContext(base);
        intent = startedBy;
    }

    void create(Application application) {
        onCreate(null);
        application.tell(callback -> callback.onActivityCreated(this, null));
    }

    void resume(Application application) {
        onStart();
        application.tell(callback -> callback.onActivityStarted(this));
        resumed = true;
        onResume();
        application.tell(callback -> callback.onActivityResumed(this));
    }

    void pause(Application application) {
        onPause();
        resumed = false;
        application.tell(callback -> callback.onActivityPaused(this));
    }

    void stop(Application application) {
        onStop();
        application.tell(callback -> callback.onActivityStopped(this));
    }

    void destroy(Application application) {
        finishing = true;
        onDestroy();
        application.tell(callback -> callback.onActivityDestroyed(this));
    }
}
