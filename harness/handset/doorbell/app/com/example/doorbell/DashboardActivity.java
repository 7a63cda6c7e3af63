package com.example.doorbell;

import android.os.Bundle;
import android.widget.EditText;
import android.widget.TextView;
import java.io.IOException;

/** Cameras, a search, and the name of the device. */
public final class DashboardActivity extends Screen {
    @Override
    protected void onCreate(Bundle state) {
        begin();
        SyncService.start(this);
        title(R.id.dashboard_greeting, "Hello, " + doorbell().store().person().fullName());
        text(R.id.dashboard_summary, "3 locations, 2 cameras");
        text(R.id.dashboard_serial, "Serial number SN-7Q4X-DECOY-2210");
        button(R.id.camera_front, "Front Door", this::liveView);
        button(R.id.camera_back, "Back Yard", this::liveView);
        later(R.id.camera_status);
        search();
        label();
        tabs();
    }

    private void liveView() {
        show((TextView) findViewById(R.id.camera_status), "Live view is not available");
        doorbell().trackers().liveViewFailed(new IOException("live view timed out"));
    }

    private void search() {
        EditText query = field(R.id.dashboard_search, "Search events");
        Runnable go = () -> {
            String text = "No events for \"" + query.getText() + "\"";
            show((TextView) findViewById(R.id.dashboard_results), text);
        };
        button(R.id.dashboard_search_go, "Search", go);
        later(R.id.dashboard_results);
    }

    private void label() {
        EditText label = field(R.id.device_label, "Name this device");
        Runnable save = () -> {
            String text = label.getText().toString();
            doorbell().store().setDeviceLabel(text);
            doorbell().trackers().deviceNamed(text);
            show((TextView) findViewById(R.id.device_label_shown), "Device: " + text);
        };
        button(R.id.device_label_save, "Save name", save);
        text(R.id.device_label_shown, "Device: " + doorbell().store().deviceLabel());
    }
}
