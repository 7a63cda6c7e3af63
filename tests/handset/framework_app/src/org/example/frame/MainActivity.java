package org.example.frame;

import android.content.Intent;
import android.os.Bundle;
import android.os.Handler;
import android.view.View;
import android.view.ViewGroup.LayoutParams;
import android.widget.Button;
import android.widget.CheckBox;
import android.widget.EditText;
import android.widget.LinearLayout;
import android.widget.ScrollView;
import android.widget.TextView;

public final class MainActivity extends Told {
    private final Handler handler = new Handler();
    private LinearLayout column;
    private TextView title;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        column = new LinearLayout(this);
        title = add(new TextView(this), R.id.title, "Frame");
        button(R.id.next, "Next", () -> startActivity(new Intent(this, SecondActivity.class)));
        button(R.id.chain, "Chain", () -> chain(5));
        button(R.id.crash, "Crash", () -> {
            throw new IllegalStateException("on purpose");
        });
        Button off = button(R.id.off, "Off", () -> title.setText("must not happen"));
        off.setEnabled(false);
        Button held = button(R.id.held, "Hold", () -> title.setText("tapped"));
        held.setOnLongClickListener(view -> {
            title.setText("held");
            return true;
        });
        EditText field = add(new EditText(this), R.id.field, "");
        field.setHint("Words");
        field.setOnEditorActionListener(view -> {
            title.setText("entered " + view.getText());
            return true;
        });
        add(new EditText(this), R.id.secret, "").setPassword(true);
        add(new CheckBox(this), R.id.agree, "I agree");
        for (int i = 0; i < 30; i++) {
            add(new TextView(this), View.NO_ID, "Line " + i);
        }
        button(R.id.last, "Last", () -> title.setText("last"));
        ScrollView scroll = new ScrollView(this);
        scroll.setId(R.id.scroll);
        scroll.addView(column, new LinearLayout.LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT));
        setContentView(scroll);
    }

    /** Each step is a message of its own: whoever looks after the tap must see the end. */
    private void chain(int left) {
        title.setText("chain " + left);
        if (left > 0) {
            handler.post(() -> chain(left - 1));
        }
    }

    private <T extends TextView> T add(T view, int id, String text) {
        view.setId(id);
        view.setText(text);
        column.addView(view);
        return view;
    }

    private Button button(int id, String text, Runnable action) {
        Button view = add(new Button(this), id, text);
        view.setOnClickListener(clicked -> action.run());
        return view;
    }
}
