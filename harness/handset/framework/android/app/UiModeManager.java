package android.app;

import android.content.res.Configuration;

/** What kind of device it is. */
public class UiModeManager {
    UiModeManager() {}

    public int getCurrentModeType() {
        return Configuration.UI_MODE_TYPE_NORMAL;
    }
}
