package com.example.doorbell;

import android.os.Bundle;
import android.widget.EditText;
import android.widget.TextView;

/** Posts of the neighbourhood; opening them is an event that AppsFlyer gets with the sensors' readings. */
public final class NeighborsActivity extends Screen {
    @Override
    protected void onCreate(Bundle state) {
        begin();
        title(R.id.neighbors_title, "Neighbors");
        EditText area = field(R.id.neighbors_area, "Your area");
        Runnable set = () -> ((TextView) findViewById(R.id.neighbors_area_shown)).setText("Posts near " + area.getText());
        button(R.id.neighbors_area_set, "Set area", set);
        text(R.id.neighbors_area_shown, "Posts near you");
        text(R.id.post_1, "Lost cat, grey with a white paw. Last seen at the corner shop.");
        text(R.id.post_2, "Package taken from our porch this morning.");
        text(R.id.post_3, "Street closed on Saturday for the summer party.");
        text(R.id.post_4, "Does anybody know a good locksmith?");
        comment();
        tabs();
        doorbell().trackers().neighborsOpened();
    }

    private void comment() {
        EditText comment = field(R.id.neighbors_comment, "Write a comment");
        Runnable post = () -> {
            String text = comment.getText().toString();
            doorbell().trackers().commented(text.length());
            show((TextView) findViewById(R.id.comment_shown), "You: " + text);
            comment.setText("");
        };
        button(R.id.neighbors_comment_post, "Post comment", post);
        later(R.id.comment_shown);
    }
}
