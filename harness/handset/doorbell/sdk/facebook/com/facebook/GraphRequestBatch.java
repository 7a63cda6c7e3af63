package com.facebook;

import java.util.AbstractList;
import java.util.List;

/** Requests that travel together. */
public class GraphRequestBatch extends AbstractList<GraphRequest> {
    private final List<GraphRequest> requests;

    public GraphRequestBatch(GraphRequest... requests) {
        this.requests = List.of(requests);
    }

    @Override
    public GraphRequest get(int index) {
        return requests.get(index);
    }

    @Override
    public int size() {
        return requests.size();
    }
}
