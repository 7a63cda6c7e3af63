package com.example.doorbell;

import android.os.Bundle;
import android.widget.EditText;
import android.widget.Switch;
import android.widget.TextView;

/** Notes, the Wi-Fi name, and far below the switch that stops the sharing of data. */
public final class SettingsActivity extends Screen {
    private static final String ABOUT = "Doorbell 3.21.1\n\n"
            + "Your doorbell helps you to see who is at the door, wherever you are. Video is kept for thirty days. Batteries "
            + "last for about six months; in cold weather they need to be charged more often.\n\n"
            + "Motion zones can be set for every camera. A zone that covers the street will notice every car; a zone that "
            + "covers the path will notice people. Quiet hours keep the chime silent at night.\n\n"
            + "Shared users see live pictures and past events, but cannot change settings. You can end the sharing at any "
            + "time. Guests who only need to open the door can be given a code that works for one day.\n\n"
            + "The warranty is two years. Keep the receipt. Do not open the case: the seal protects it from rain. Clean the "
            + "lens with a dry cloth once a month.\n\n"
            + "We value your privacy. Some of our partners receive usage data, which helps to make the product better. You "
            + "decide: see below.";

    @Override
    protected void onCreate(Bundle state) {
        begin();
        title(R.id.settings_title, "Settings");
        EditText note = field(R.id.settings_note, "Note to yourself");
        EditText wifi = field(R.id.settings_wifi, "Wi-Fi name");
        button(R.id.settings_save, "Save", () -> save(note, wifi));
        later(R.id.settings_saved);
        text(R.id.settings_about, ABOUT);
        share();
        button(R.id.sign_out, "Sign out", this::signOut);
        tabs();
    }

    private void save(EditText note, EditText wifi) {
        doorbell().store().saveNote(note.getText().toString(), wifi.getText().toString());
        doorbell().trackers().settingsSaved();
        show((TextView) findViewById(R.id.settings_saved), "Saved");
    }

    private void share() {
        Switch share = toggle(R.id.settings_share, "Share usage data", doorbell().trackers().sharing());
        TextView shown = text(R.id.settings_share_state, state(share.isChecked()));
        share.setOnCheckedChangeListener((button, on) -> {
            shown.setText(state(on));
            if (on) {
                doorbell().trackers().resume();
            } else {
                doorbell().trackers().withdraw();
            }
        });
    }

    private static String state(boolean on) {
        return on ? "Usage data is shared" : "Usage data is not shared";
    }

    private void signOut() {
        doorbell().store().signOut();
        replaceBy(SignInActivity.class);
    }
}
