//! What a picture is made of: frames, labels and lines, in layers.

use serde::Serialize;

/// The layers, from the back to the front.
#[derive(Debug, Default)]
pub(super) struct Scene {
    /// Networks: lines run over them.
    pub(super) containers: Vec<Frame>,
    pub(super) lines: Vec<Line>,
    /// Things that lines end at.
    pub(super) frames: Vec<Frame>,
    pub(super) labels: Vec<Label>,
}

/// A box.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Frame {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
    /// What it stands for: its colours are the template's.
    pub(super) class: &'static str,
    /// Its own colour, where it has one.
    pub(super) color: Option<&'static str>,
}

/// A text on one line; `y` is its base line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Label {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) class: &'static str,
    pub(super) anchor: &'static str,
    pub(super) color: Option<&'static str>,
    pub(super) text: String,
}

/// Lines that belong together and may share a part of their way, with the heads of their arrows.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) path: String,
    pub(super) color: &'static str,
    pub(super) dashed: bool,
    /// Corners of the arrows' heads.
    pub(super) heads: Vec<String>,
}

impl Scene {
    pub(super) fn container(&mut self, class: &'static str, (x, y): (i32, i32), (width, height): (i32, i32)) {
        self.containers.push(Frame { x, y, width, height, class, color: None });
    }

    pub(super) fn frame(&mut self, class: &'static str, (x, y): (i32, i32), (width, height): (i32, i32), color: Option<&'static str>) {
        self.frames.push(Frame { x, y, width, height, class, color });
    }

    pub(super) fn label(&mut self, class: &'static str, (x, y): (i32, i32), text: impl Into<String>) {
        self.labels.push(Label { x, y, class, anchor: "start", color: None, text: text.into() });
    }

    pub(super) fn label_middle(&mut self, class: &'static str, (x, y): (i32, i32), text: impl Into<String>) {
        self.labels.push(Label { x, y, class, anchor: "middle", color: None, text: text.into() });
    }

    pub(super) fn label_end(&mut self, class: &'static str, (x, y): (i32, i32), color: &'static str, text: impl Into<String>) {
        self.labels.push(Label { x, y, class, anchor: "end", color: Some(color), text: text.into() });
    }

    /// A line with an arrow at its last point.
    pub(super) fn arrow(&mut self, color: &'static str, dashed: bool, points: &[(i32, i32)]) {
        self.lines.push(Line { path: path(points), color, dashed, heads: head(points).into_iter().collect() });
    }

    /// Several of them: where they run over one another they are one line.
    pub(super) fn arrows(&mut self, color: &'static str, ways: &[Vec<(i32, i32)>]) {
        if ways.is_empty() {
            return;
        }
        let paths: Vec<String> = ways.iter().map(|points| path(points)).collect();
        let heads = ways.iter().filter_map(|points| head(points)).collect();
        self.lines.push(Line { path: paths.join(" "), color, dashed: false, heads });
    }

    /// A line without one.
    pub(super) fn join(&mut self, color: &'static str, points: &[(i32, i32)]) {
        self.lines.push(Line { path: path(points), color, dashed: false, heads: Vec::new() });
    }
}

fn path(points: &[(i32, i32)]) -> String {
    let texts: Vec<String> = points.iter().map(|(x, y)| format!("{x} {y}")).collect();
    format!("M{}", texts.join(" L"))
}

/// A triangle whose tip is the last point.
fn head(points: &[(i32, i32)]) -> Option<String> {
    let (&(x, y), before) = points.split_last()?;
    let &(from_x, from_y) = before.last()?;
    let (dx, dy) = ((x - from_x).signum(), (y - from_y).signum());
    let (back_x, back_y) = (x - 8 * dx, y - 8 * dy);
    Some(format!("{x},{y} {},{} {},{}", back_x - 4 * dy, back_y + 4 * dx, back_x + 4 * dy, back_y - 4 * dx))
}
