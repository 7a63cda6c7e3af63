package com.example.doorbell;

import android.content.Context;
import android.content.SharedPreferences;
import android.util.Log;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.zip.GZIPOutputStream;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * What the app keeps on the phone and gives to nobody. It does so with the same tools that SDKs use (JSON, gzip,
 * digests): seeing a value in them proves nothing as long as it goes nowhere.
 */
final class Store {
    private static final String TAG = "Doorbell";

    private final Context context;
    private final SharedPreferences preferences;

    Store(Context context) {
        this.context = context;
        preferences = context.getSharedPreferences("doorbell", Context.MODE_PRIVATE);
    }

    /** Values that are only there: in preferences, in a file, in the log. */
    void plantDecoys() {
        preferences.edit().putString("alarm_pin", "PIN-7731-DECOY-0448").apply();
        Log.i(TAG, "support ticket LOG-3306-DECOY-9125");
        try {
            File file = new File(context.getFilesDir(), "gate.txt");
            Files.writeString(file.toPath(), "GATE-5519-DECOY-6672\n");
        } catch (IOException exc) {
            Log.w(TAG, "cannot write", exc);
        }
    }

    /** "accept", "reject", "withdrawn", or null as long as nothing was chosen. */
    String choice() {
        return preferences.getString("choice", null);
    }

    void setChoice(String choice) {
        preferences.edit().putString("choice", choice).apply();
    }

    Person person() {
        String email = preferences.getString("email", null);
        String name = preferences.getString("full_name", "");
        return email == null ? null : new Person(name, email, preferences.getString("phone", ""));
    }

    void signIn(Person person, String password, String doorCode, String address, String contact) {
        preferences
                .edit()
                .putString("full_name", person.fullName())
                .putString("email", person.email())
                .putString("phone", person.phone())
                .putString("password_sha256", Person.sha256(password))
                .putString("door_code", doorCode)
                .putString("street_address", address)
                .putString("emergency_contact", contact)
                .apply();
    }

    void signOut() {
        preferences.edit().remove("full_name").remove("email").remove("phone").remove("password_sha256").apply();
    }

    String deviceLabel() {
        return preferences.getString("device_label", "Front Door");
    }

    void setDeviceLabel(String label) {
        preferences.edit().putString("device_label", label).apply();
    }

    /** The note as gzipped JSON in files/notes.json.gz. */
    void saveNote(String note, String wifiName) {
        try (OutputStream out = new GZIPOutputStream(new FileOutputStream(new File(context.getFilesDir(), "notes.json.gz")))) {
            JSONObject notes = new JSONObject().put("note", note).put("wifi", wifiName);
            out.write(notes.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException | JSONException exc) {
            Log.w(TAG, "note not saved", exc);
        }
    }
}
