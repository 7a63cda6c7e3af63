package com.facebook.internal;

import android.content.Context;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;
import java.io.IOException;

/** The ids by which an installation is tied to an advertisement. */
public class AttributionIdentifiers {
    private final String advertiserId;
    private final boolean limited;
    private final String installer;

    private AttributionIdentifiers(String advertiserId, boolean limited, String installer) {
        this.advertiserId = advertiserId;
        this.limited = limited;
        this.installer = installer;
    }

    public static AttributionIdentifiers getAttributionIdentifiers(Context context) {
        String installer = context.getPackageManager().getInstallerPackageName(context.getPackageName());
        try {
            AdvertisingIdClient.Info info = AdvertisingIdClient.getAdvertisingIdInfo(context);
            return new AttributionIdentifiers(info.getId(), info.isLimitAdTrackingEnabled(), installer);
        } catch (IOException exc) {
            return new AttributionIdentifiers(null, true, installer);
        }
    }

    public String getAndroidAdvertiserId() {
        return advertiserId;
    }

    public boolean isTrackingLimited() {
        return limited;
    }

    public String getAndroidInstallerPackage() {
        return installer;
    }
}
