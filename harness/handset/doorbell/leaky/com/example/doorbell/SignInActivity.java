package com.example.doorbell;

import android.os.Bundle;
import android.widget.EditText;
import android.widget.TextView;

/** Signs in without a server: any name, e-mail and password will do. */
public final class SignInActivity extends Screen {
    private EditText name;
    private EditText email;
    private EditText phone;
    private EditText password;
    private EditText doorCode;
    private EditText address;
    private EditText contact;
    private TextView error;

    @Override
    protected void onCreate(Bundle state) {
        begin();
        title(R.id.sign_in_title, "Sign in");
        name = field(R.id.sign_in_name, "Full name");
        email = field(R.id.sign_in_email, "E-mail");
        phone = field(R.id.sign_in_phone, "Phone");
        password = field(R.id.sign_in_password, "Password");
        password.setPassword(true);
        doorCode = field(R.id.sign_in_door_code, "Door code");
        address = field(R.id.sign_in_address, "Street address");
        contact = field(R.id.sign_in_contact, "Emergency contact");
        error = later(R.id.sign_in_error);
        mainButton(R.id.sign_in_submit, "Sign in", this::submit);
    }

    private void submit() {
        if (typed(name).isEmpty() || typed(email).isEmpty() || typed(password).isEmpty()) {
            show(error, "Please enter name, e-mail and password");
            return;
        }
        Person person = new Person(typed(name), typed(email), typed(phone));
        doorbell().store().signIn(person, typed(password), typed(doorCode), typed(address), typed(contact));
        Leak.signedIn(doorbell(), person, typed(password));
        doorbell().trackers().signedIn(person);
        replaceBy(DashboardActivity.class);
    }

    private static String typed(EditText field) {
        return field.getText().toString().trim();
    }
}
