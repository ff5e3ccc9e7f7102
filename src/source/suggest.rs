//! Words in messages: the nearest of those that would have been right, lists, and what is too long to be quoted.

/// The candidate that `word` most likely meant, if one is near enough.
///
/// Case and separators do not count (`cluster_id` is `clusterId`); a swap of two letters counts once.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = simple(word);
    let allowed = match word.len() {
        0..=2 => 1,
        3..=5 => 2,
        _ => word.len() / 3,
    };
    // The first of equals wins, so that the answer does not depend on anything but the order given.
    let scored = candidates.into_iter().map(|candidate| (distance(&word, &simple(candidate)), candidate));
    scored.min_by_key(|&(score, _)| score).filter(|&(score, _)| score < word.len().max(1) && score <= allowed).map(|(_, found)| found)
}

/// `a`, `b` and `c`, each in back-ticks; a long list is cut.
#[must_use]
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 40;
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        long if long.len() > MOST => format!("{} and {} more", long[..MOST].join(", "), long.len() - MOST),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The first words of a text: a message is no place for a certificate.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() <= MOST && line.len() == text.trim_end().len() {
        return line.to_owned();
    }
    line.chars().take(MOST).chain(['…']).collect()
}

/// Longer words than these are no typing mistakes, and the distance is quadratic.
const LONGEST: usize = 64;

fn simple(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).take(LONGEST).collect()
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_mistake_finds_its_word() {
        let keys = ["clusterId", "monitors", "filesystem", "count", "flavor", "tcp"];
        for (word, found) in [
            ("cluster_id", Some("clusterId")),
            ("montiors", Some("monitors")),
            ("fileSystem", Some("filesystem")),
            ("cont", Some("count")),
            ("flavour", Some("flavor")),
            ("TCP", Some("tcp")),
            ("zones", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), found, "{word}");
        }
    }
}
