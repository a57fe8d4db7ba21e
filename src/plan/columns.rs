//! Which columns of a table travel from side to side, and in which format. Pure: what has to be asked of a
//! database is handed out as SQL.

use super::mask_probe::probes;
use super::{MaskProbe, Narrowed, Plan, Readings};
use crate::catalog::{Catalog, Column, ForeignKey, Relation, RelationKind, is_oid_alias};
use crate::config::MaskKind;
use crate::model::{RelationName, quoted};

/// How one planned table travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMapping {
    /// The table.
    pub table: RelationName,
    /// The columns that travel, in the source's order.
    pub columns: Vec<String>,
    /// Why the rows travel as text; `None` when binary will do.
    pub text_because: Option<String>,
    /// Columns that the target does not have: fine only as long as they hold nothing but NULL.
    pub left_out: Vec<String>,
    /// Columns whose values the target's type may not hold: fine only as long as it holds those that are there.
    pub narrowed: Vec<Narrowed>,
    /// What makes a copy impossible, or would lose something.
    pub problems: Vec<String>,
    /// What is worth knowing.
    pub notes: Vec<String>,
    /// What of the columns is masked, and by what they are read.
    pub readings: Readings,
    /// What the source must be asked of the masked rows before they travel.
    pub probes: Vec<MaskProbe>,
    /// The source's `from` item.
    from: String,
    /// The condition that its rows have to meet.
    chosen: Option<String>,
    /// Whether the source must be asked with a query, since COPY of the table alone would not answer.
    by_query: bool,
    /// Whether the target is a partitioned root, which `only` does not go with.
    target_partitioned: bool,
}

/// The version from which on an interval can be infinite. Older servers take the binary image for an ordinary one.
const INFINITE_INTERVALS: u32 = 17;

/// The mapping of every planned table.
pub fn mappings(source: &Catalog, target: &Catalog, plan: &Plan) -> Vec<TableMapping> {
    let planned = plan.tables.iter().filter_map(|planned| source.relation(&planned.table));
    let readings = |relation: &Relation| Readings::of(&plan.masks, source, relation);
    let mapping =
        |relation: &Relation| TableMapping::new(relation, target.relation(&relation.name), readings(relation));
    let mut mappings: Vec<TableMapping> = planned.map(mapping).collect();
    if source.server.major() >= INFINITE_INTERVALS && target.server.major() < INFINITE_INTERVALS {
        mappings.iter_mut().for_each(|mapping| mapping.spell_intervals(source));
    }
    let mut keys: Vec<&ForeignKey> = source.foreign_keys.iter().collect();
    let known = |key: &&ForeignKey| {
        !source.foreign_keys.iter().any(|held| held.child == key.child && held.columns == key.columns)
    };
    keys.extend(target.foreign_keys.iter().filter(known));
    for key in keys {
        let parent = source.relation(&key.parent).map(readings).unwrap_or_default();
        if let Some(mapping) = mappings.iter_mut().find(|mapping| mapping.table == key.child) {
            mapping.problems.extend(parted(key, &mapping.readings, &parent));
        }
    }
    mappings
}

/// Columns of a foreign key that are masked apart, so that rows would lose their parents.
fn parted(key: &ForeignKey, child: &Readings, parent: &Readings) -> Vec<String> {
    let mut problems = Vec::new();
    for (column, referred) in key.columns.iter().zip(&key.parent_columns) {
        let (here, there) = (child.mask(column), parent.mask(referred));
        let joins = match (here, there) {
            (None, None) => true,
            // NULL refers to nothing, unless all columns of the key are NULL together or none.
            (Some(here), _) if here.kind == MaskKind::Null => !key.match_full || key.columns.len() == 1,
            (Some(here), Some(there)) => here.kind == there.kind && (here.form.is_some() && here.form == there.form),
            _ => false,
        };
        if !joins {
            problems.push(format!(
                "foreign key {} would lose its parents: column {} and column {} of {} are not masked alike",
                quoted(&key.name),
                quoted(column),
                quoted(referred),
                key.parent
            ));
        }
    }
    problems
}

impl TableMapping {
    /// Matches the columns of one table by name.
    pub fn new(source: &Relation, target: Option<&Relation>, readings: Readings) -> Self {
        let mut mapping = Self {
            table: source.name.clone(),
            from: source.from_item(),
            chosen: source.chosen.clone(),
            by_query: source.kind != RelationKind::Table || source.chosen.is_some(),
            target_partitioned: false,
            columns: Vec::new(),
            text_because: None,
            left_out: Vec::new(),
            narrowed: Vec::new(),
            problems: readings.problems.clone(),
            notes: Vec::new(),
            probes: Vec::new(),
            readings,
        };
        match target {
            Some(target) if target.is_table() => {
                mapping.match_columns(source, target);
                mapping.probes = probes(&mapping.readings, source, target);
                mapping.spell_xml(source);
            }
            Some(_) => mapping.problems.push("is not a table of its own on the target".to_owned()),
            None => mapping.problems.push("is not there on the target".to_owned()),
        }
        mapping
    }

    fn match_columns(&mut self, source: &Relation, target: &Relation) {
        self.target_partitioned = target.kind == RelationKind::Partitioned;
        for column in &source.columns {
            match target.column(&column.name) {
                Some(other) => self.pair(column, other),
                None if column.is_generated() => {
                    self.notes.push(format!("generated column {} is only on the source", quoted(&column.name)));
                }
                None => self.left_out.push(column.name.clone()),
            }
        }
        for column in target.columns.iter().filter(|column| source.column(&column.name).is_none()) {
            let refuses = column.not_null || column.domain_not_null;
            if refuses && !column.has_default && !column.is_generated() && column.identity.is_none() {
                self.problems.push(format!(
                    "column {} is only on the target, where it is NOT NULL without a default",
                    quoted(&column.name)
                ));
            } else {
                self.notes.push(format!("column {} is only on the target", quoted(&column.name)));
            }
        }
    }

    fn pair(&mut self, source: &Column, target: &Column) {
        let name = quoted(&source.name);
        self.fit_mask(source, target);
        match (source.is_generated(), target.is_generated()) {
            (true, true) => return,
            (false, true) => {
                self.problems.push(format!("column {name} holds values on the source and is computed on the target"));
                return;
            }
            (true, false) => {
                self.by_query = true;
                self.notes.push(format!("column {name} is computed on the source only: its values are copied"));
            }
            (false, false) => {}
        }
        if !source.can_select {
            self.problems.push(format!("column {name} may not be read on the source"));
        }
        if source.declared_type != target.declared_type {
            let (from, to) = (&source.declared_type, &target.declared_type);
            self.notes.push(format!("column {name} is {from} on the source and {to} on the target"));
        }
        match self.readings.instead.contains_key(&source.name) {
            true => self.by_query = true,
            false => self.narrowed.extend(Narrowed::new(&self.from, source, target)),
        }
        self.columns.push(source.name.clone());
        if self.text_because.is_none() {
            self.text_because = no_binary(source, target).map(|reason| format!("column {name} {reason}"));
        }
    }

    /// Has XML read as the text it was given: its output functions leave the declaration out.
    fn spell_xml(&mut self, source: &Relation) {
        for column in source.columns.iter().filter(|column| is_xml(column) && self.columns.contains(&column.name)) {
            let name = column.name.clone();
            let spelled = format!("{}::text", quoted(&name));
            // A mask's XML too.
            let masked = |value: &mut String| *value = format!("({value})::text");
            self.readings.instead.entry(name).and_modify(masked).or_insert(spelled);
            self.by_query = true;
        }
    }

    /// Has a table with intervals travel as text, of which a server that knows no infinite ones refuses what it cannot hold.
    fn spell_intervals(&mut self, source: &Catalog) {
        let columns = source.relation(&self.table).map(|relation| relation.columns.as_slice()).unwrap_or_default();
        let travels = |column: &&Column| column.plain_type() == "interval" && self.columns.contains(&column.name);
        let found = columns.iter().find(travels);
        if let (None, Some(column)) = (&self.text_because, found) {
            let name = quoted(&column.name);
            self.text_because = Some(format!("column {name} is an interval, which may be infinite on the source only"));
        }
    }

    /// Whether a column's mask goes with the target.
    fn fit_mask(&mut self, source: &Column, target: &Column) {
        let Some(masked) = self.readings.mask(&source.name) else { return };
        let (name, kind) = (quoted(&source.name), masked.kind.name());
        if target.is_generated() {
            self.problems.push(format!(
                "column {name} is masked and computed on the target: mask the columns it is computed from"
            ));
        }
        if masked.kind == MaskKind::Null && target.not_null {
            self.problems.push(format!("column {name} is masked by `null` and NOT NULL on the target"));
        }
        if let (Some(longest), Some(room)) = (masked.longest, target.characters)
            && longest > room
        {
            self.problems.push(format!(
                "column {name}: `{kind}` makes up to {longest} characters, and the target's column holds {room}"
            ));
        }
        self.notes.push(format!("column {name} is masked by `{kind}`"));
    }

    /// Whether the rows travel in binary.
    pub fn is_binary(&self) -> bool {
        self.text_because.is_none()
    }

    /// The COPY that reads the rows on the source.
    pub fn copy_out(&self) -> String {
        self.copy_out_where(&[])
    }

    /// The COPY that reads those rows for which all of the conditions hold.
    pub fn copy_out_where(&self, conditions: &[String]) -> String {
        let (list, format) = (self.column_list(), self.format());
        let read = self.readings.select_list(self.columns.iter());
        if !conditions.is_empty() {
            format!("copy (select {read} from {} where {}) to stdout{format}", self.from, conditions.join(" and "))
        } else if self.by_query || self.columns.is_empty() {
            format!("copy (select {read} from {}) to stdout{format}", self.from)
        } else {
            format!("copy {} ({list}) to stdout{format}", self.table.sql())
        }
    }

    /// The same of one partition of the source's table.
    pub fn copy_out_of(&self, leaf: &RelationName, conditions: &[String]) -> String {
        let read = self.readings.select_list(self.columns.iter());
        let conditions: Vec<&str> = self.chosen.iter().chain(conditions).map(String::as_str).collect();
        let which = if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(" and ")) };
        // A condition may call the table by its name.
        let (leaf, name) = (leaf.sql(), quoted(&self.table.name));
        format!("copy (select {read} from only {leaf} {name}{which}) to stdout{}", self.format())
    }

    /// The COPY that writes them on the target.
    pub fn copy_in(&self) -> String {
        let list = if self.columns.is_empty() { String::new() } else { format!(" ({})", self.column_list()) };
        format!("copy {}{list} from stdin{}", self.table.sql(), self.format())
    }

    /// Asks the source for one row that says of each left-out column whether it holds a value.
    pub fn left_out_probe(&self) -> Option<String> {
        let probe =
            |column: &String| format!("exists (select from {} where {} is not null)", self.from, quoted(column));
        let probes: Vec<String> = self.left_out.iter().map(probe).collect();
        (!probes.is_empty()).then(|| format!("select {}", probes.join(", ")))
    }

    /// Asks the source whether it understands the condition that rows have to meet: it is tried on rows until one meets it.
    pub fn chosen_probe(&self) -> Option<String> {
        self.chosen.as_ref().map(|_| format!("select exists (select from {})", self.from))
    }

    /// The `from` item of the target's own rows.
    pub fn target_item(&self) -> String {
        if self.target_partitioned { self.table.sql() } else { format!("only {}", self.table.sql()) }
    }

    /// The columns as SQL.
    pub fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
    }

    /// The same into a table that this transaction has emptied: its rows need no later freezing.
    pub fn copy_in_frozen(&self) -> String {
        let into = self.copy_in();
        match into.strip_suffix(')').filter(|_| self.is_binary()) {
            Some(start) => format!("{start}, freeze)"),
            None => format!("{into} with (freeze)"),
        }
    }

    fn format(&self) -> &'static str {
        if self.is_binary() { " with (format binary)" } else { "" }
    }
}

/// Why a column's values cannot travel as their binary image; `None` when they can.
fn no_binary(source: &Column, target: &Column) -> Option<String> {
    if (&source.type_schema, &source.type_name) != (&target.type_schema, &target.type_name) {
        return Some("differs in type between the sides".to_owned());
    }
    if is_xml(source) {
        return Some("is of type xml, whose binary form does not keep its declaration".to_owned());
    }
    [source, target].into_iter().find_map(carries_oids)
}

/// Whether its values are XML; those of arrays and composites keep no declaration, by whatever function they are written.
fn is_xml(column: &Column) -> bool {
    column.built_in && column.type_name == "xml"
}

fn carries_oids(column: &Column) -> Option<String> {
    if !column.binary {
        return Some(format!("is of type {}, which has no binary form", column.type_name));
    }
    if let Some(element) = &column.element {
        let portable = element.built_in && element.class == "b" && !is_oid_alias(&element.name);
        return (!portable).then(|| format!("is an array of {}, whose binary form carries OIDs", element.name));
    }
    let portable = match column.type_class.as_str() {
        "b" => !column.built_in || !is_oid_alias(&column.type_name),
        // An enum travels as its label.
        "e" => true,
        "r" | "m" => column.built_in,
        _ => false,
    };
    (!portable).then(|| format!("is of type {}, whose binary form carries OIDs", column.type_name))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalog::ElementType;

    pub(in crate::plan) fn column(name: &str) -> Column {
        Column {
            name: name.into(),
            position: 1,
            declared_type: "text".into(),
            base_type: "text".into(),
            characters: None,
            not_null: false,
            domain_not_null: false,
            has_default: false,
            generated: None,
            identity: None,
            can_select: true,
            type_schema: "pg_catalog".into(),
            type_name: "text".into(),
            type_class: "b".into(),
            built_in: true,
            element: None,
            send: None,
            binary: true,
        }
    }

    fn table(columns: Vec<Column>) -> Relation {
        Relation {
            name: RelationName::new("public", "t"),
            kind: RelationKind::Table,
            persistence: "p".into(),
            heap_pages: 0,
            oid: 0,
            leaves: Vec::new(),
            estimated_rows: 0,
            bytes: 0,
            is_partition: false,
            parents: Vec::new(),
            can_select: true,
            row_security: false,
            owner: "me".into(),
            of_extension: false,
            populated: true,
            chosen: None,
            columns,
            keys: Vec::new(),
            checks: Vec::new(),
            uniques: Vec::new(),
        }
    }

    fn mapped(source: &Relation, target: Option<&Relation>) -> TableMapping {
        TableMapping::new(source, target, Readings::default())
    }

    #[test]
    fn columns_meet_by_name_and_not_by_place() {
        let mapping =
            mapped(&table(vec![column("a"), column("B \"c")]), Some(&table(vec![column("B \"c"), column("a")])));
        assert_eq!(mapping.copy_out(), r#"copy "public"."t" ("a", "B ""c") to stdout with (format binary)"#);
        assert_eq!(mapping.copy_in(), r#"copy "public"."t" ("a", "B ""c") from stdin with (format binary)"#);
        assert!(mapping.problems.is_empty() && mapping.notes.is_empty());
    }

    #[test]
    fn what_would_be_lost_or_refused_is_named() {
        let required = Column { not_null: true, ..column("required") };
        let mapping = mapped(&table(vec![column("gone")]), Some(&table(vec![required])));
        assert_eq!(mapping.left_out, ["gone"]);
        assert_eq!(
            mapping.left_out_probe().unwrap(),
            r#"select exists (select from only "public"."t" where "gone" is not null)"#
        );
        assert!(mapping.problems[0].contains("\"required\""), "{:?}", mapping.problems);
        assert!(mapped(&table(vec![]), None).problems[0].contains("not there"));
    }

    #[test]
    fn generated_columns_stay_at_home() {
        let generated = Column { generated: Some("s".into()), ..column("g") };
        let both = mapped(&table(vec![generated.clone()]), Some(&table(vec![generated.clone()])));
        assert!(both.columns.is_empty() && both.problems.is_empty());
        let source_only = mapped(&table(vec![generated.clone()]), Some(&table(vec![column("g")])));
        assert!(source_only.copy_out().starts_with("copy (select \"g\" from only"));
        let target_only = mapped(&table(vec![column("g")]), Some(&table(vec![generated])));
        assert_eq!(target_only.problems.len(), 1);
    }

    #[test]
    fn xml_travels_as_the_text_it_was_given() {
        let xml = Column { type_name: "xml".into(), ..column("x") };
        let mapping = mapped(&table(vec![column("a"), xml.clone()]), Some(&table(vec![column("a"), xml])));
        assert_eq!(mapping.copy_out(), r#"copy (select "a", "x"::text as "x" from only "public"."t") to stdout"#);
    }

    #[test]
    fn images_that_carry_oids_travel_as_text() {
        let array = |class: &str, built_in, name: &str| Column {
            element: Some(ElementType { class: class.into(), built_in, name: name.into() }),
            ..column("x")
        };
        let typed = |class: &str, built_in, name: &str| Column {
            type_class: class.into(),
            built_in,
            type_name: name.into(),
            ..column("x")
        };
        let binary = |column: Column| mapped(&table(vec![column.clone()]), Some(&table(vec![column]))).is_binary();
        assert!(binary(array("b", true, "int4")));
        assert!(!binary(array("e", false, "mood")));
        assert!(!binary(array("b", true, "regclass")));
        assert!(binary(typed("e", false, "mood")));
        assert!(binary(typed("b", false, "vector")));
        assert!(!binary(typed("c", false, "address")));
        assert!(!binary(typed("b", true, "regclass")));
        assert!(binary(typed("r", true, "tstzrange")));
        assert!(!binary(Column { binary: false, ..column("x") }));
        let other = mapped(&table(vec![column("x")]), Some(&table(vec![typed("b", true, "int8")])));
        assert!(!other.is_binary());
    }
}
