package io.changeover.apply.guard;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what is asked and written: each is a statement or a few, and for rows that are refused one for each. */
final class CountingShelf extends ForwardingShelf {

    int writes;
    int refusals;
    int looks;
    int reads;
    int replacements;

    CountingShelf(HeldRows.Shelf<String> shelf) {
        super(shelf);
    }

    @Override
    public List<Refusal<String>> write(List<Write<String>> wanted) {
        writes++;
        List<Refusal<String>> refused = super.write(wanted);
        refusals += refused.size();
        return refused;
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<String>> changes) {
        looks++;
        return super.blockers(changes);
    }

    @Override
    public boolean replaceTogether(List<Change<String>> cycle) {
        replacements++;
        return super.replaceTogether(cycle);
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
        reads++;
        return super.stored(keys, source);
    }
}
