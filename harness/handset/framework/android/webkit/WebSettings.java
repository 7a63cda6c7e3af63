package android.webkit;

import android.content.Context;
import android.os.Build;

/** How a web view names itself; there is no web view. */
public abstract class WebSettings {
    public static String getDefaultUserAgent(Context context) {
        return "Mozilla/5.0 (Linux; Android " + Build.VERSION.RELEASE + "; " + Build.MODEL + " Build/" + Build.ID + "; wv)"
                + " AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36";
    }
}
