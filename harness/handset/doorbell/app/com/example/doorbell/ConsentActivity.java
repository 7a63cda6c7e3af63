package com.example.doorbell;

import android.os.Bundle;

/** Asks. Everything that reports at start has already reported. */
public final class ConsentActivity extends Screen {
    @Override
    protected void onCreate(Bundle state) {
        if (doorbell().store().person() != null) {
            replaceBy(DashboardActivity.class);
            return;
        }
        if (doorbell().store().choice() != null) {
            replaceBy(SignInActivity.class);
            return;
        }
        begin();
        title(R.id.consent_title, "Welcome to Doorbell");
        text(R.id.consent_text, "We and our partners would like to use data about you and this phone.");
        mainButton(R.id.consent_accept, "Accept all", () -> answer(doorbell().trackers()::accepted));
        button(R.id.consent_reject, "Reject all", () -> answer(doorbell().trackers()::rejected));
        button(R.id.consent_later, "Not now", () -> answer(doorbell().trackers()::postponed));
    }

    private void answer(Runnable told) {
        told.run();
        replaceBy(SignInActivity.class);
    }
}
