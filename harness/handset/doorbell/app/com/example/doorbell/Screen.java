package com.example.doorbell;

import android.app.Activity;
import android.content.Intent;
import android.view.View;
import android.view.ViewGroup.LayoutParams;
import android.widget.Button;
import android.widget.EditText;
import android.widget.LinearLayout;
import android.widget.ScrollView;
import android.widget.Switch;
import android.widget.TextView;

/** What all of Doorbell's screens share: a bar on top, a column that scrolls, and tabs where they are wanted. */
abstract class Screen extends Activity {
    private static final int BRAND = 0xff0b5cad;
    private static final int PALE = 0xffe6eef7;
    private static final int MUTED = 0xff57606a;
    private static final int GAP = 24; // px between two views

    private LinearLayout column;

    final DoorbellApplication doorbell() {
        return (DoorbellApplication) getApplication();
    }

    /** Begins the screen; then add views; then {@link #tabs} if it has any. */
    final void begin() {
        LinearLayout root = new LinearLayout(this);
        root.setBackgroundColor(0xffffffff);
        TextView bar = new TextView(this);
        bar.setText("Doorbell");
        bar.setTextSize(20);
        bar.setBold(true);
        bar.setTextColor(0xffffffff);
        bar.setBackgroundColor(BRAND);
        bar.setPadding(36);
        root.addView(bar);
        column = new LinearLayout(this);
        column.setPadding(42);
        ScrollView scroll = new ScrollView(this);
        scroll.addView(column);
        root.addView(scroll, new LinearLayout.LayoutParams(LayoutParams.MATCH_PARENT, 0, 1));
        setContentView(root);
    }

    private <T extends View> T add(T view, int id) {
        LinearLayout.LayoutParams params =
                new LinearLayout.LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT);
        params.bottomMargin = GAP;
        view.setId(id);
        column.addView(view, params);
        return view;
    }

    final TextView title(int id, String text) {
        TextView view = add(new TextView(this), id);
        view.setTextSize(24);
        view.setBold(true);
        view.setText(text);
        return view;
    }

    final TextView text(int id, String text) {
        TextView view = add(new TextView(this), id);
        view.setText(text);
        view.setTextColor(MUTED);
        return view;
    }

    /** A text that stays away until it is set. */
    final TextView later(int id) {
        TextView view = text(id, "");
        view.setVisibility(View.GONE);
        return view;
    }

    static void show(TextView view, String text) {
        view.setText(text);
        view.setVisibility(View.VISIBLE);
    }

    final EditText field(int id, String hint) {
        EditText view = add(new EditText(this), id);
        view.setHint(hint);
        view.setBackgroundColor(PALE);
        return view;
    }

    final Button button(int id, String text, Runnable action) {
        Button view = add(new Button(this), id);
        view.setText(text);
        view.setOnClickListener(clicked -> action.run());
        return view;
    }

    final Button mainButton(int id, String text, Runnable action) {
        Button view = button(id, text, action);
        view.setBackgroundColor(BRAND);
        view.setTextColor(0xffffffff);
        return view;
    }

    final Switch toggle(int id, String text, boolean checked) {
        Switch view = add(new Switch(this), id);
        view.setText(text);
        view.setChecked(checked);
        return view;
    }

    /** The row at the bottom; the current screen's tab is selected and does nothing. */
    final void tabs() {
        LinearLayout row = new LinearLayout(this);
        row.setOrientation(LinearLayout.HORIZONTAL);
        row.setBackgroundColor(PALE);
        tab(row, R.id.tab_dashboard, "Dashboard", DashboardActivity.class);
        tab(row, R.id.tab_neighbors, "Neighbors", NeighborsActivity.class);
        tab(row, R.id.tab_settings, "Settings", SettingsActivity.class);
        ((LinearLayout) getContentView()).addView(row);
    }

    private void tab(LinearLayout row, int id, String text, Class<? extends Screen> target) {
        Button view = new Button(this);
        boolean current = getClass() == target;
        view.setId(id);
        view.setText(text);
        view.setTextSize(14);
        view.setSelected(current);
        view.setBackgroundColor(current ? 0xffffffff : PALE);
        view.setTextColor(current ? BRAND : MUTED);
        view.setOnClickListener(clicked -> {
            if (!current) {
                go(target);
            }
        });
        row.addView(view);
    }

    /** The dashboard stays underneath; every other screen gives way to the next one. */
    private void go(Class<? extends Screen> target) {
        if (target != DashboardActivity.class) {
            startActivity(new Intent(this, target));
        }
        if (getClass() != DashboardActivity.class) {
            finish();
        }
    }

    final void replaceBy(Class<? extends Screen> target) {
        startActivity(new Intent(this, target).addFlags(Intent.FLAG_ACTIVITY_CLEAR_TASK));
    }
}
