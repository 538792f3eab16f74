//! Writes mutants into the text of a file: each behind a condition of its own, on the same lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Arm, BinOp, Block, Expr, Item, Member, Pat, Signature};

use crate::Result;
use crate::listing::{Genre, Mutant, Place};

/// The text of a file with its mutants, and which of them found a place.
pub fn write(text: &str, mutants: &[(u32, &Mutant)]) -> Result<(String, BTreeSet<u32>)> {
    let mut wanted: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (id, mutant) in mutants {
        wanted.entry((mutant.genre, mutant.span.start)).or_default().push((*id, mutant.replacement.as_str()));
    }
    let mut finder = Finder { text, wanted, edits: Vec::new() };
    finder.visit_file(&syn::parse_file(text)?);
    let mut edits = finder.edits;
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    let placed = edits.iter().flat_map(|edit| edit.variants.iter().map(|(id, _)| *id)).collect();
    Ok((rendered(text, 0..text.len(), &edits), placed))
}

/// A place in the text, and what stands there for each mutant.
struct Edit {
    range: Range<usize>,
    form: Form,
    variants: Vec<(u32, Vec<Piece>)>,
    original: Vec<Piece>,
}

enum Form {
    /// `(if is(7) { variant } else { original })`
    Expression,
    /// `original: (if is(7) { variant } else { original })`, for a field that is named like its value
    Shorthand,
    /// `if is(7) { variant }`, at the beginning of a body
    Statement,
    /// ` if !is(7)`, after the pattern of a match arm
    Guard,
}

enum Piece {
    Text(String),
    /// A part of the text, with the edits in it.
    Source(Range<usize>),
}

fn rendered(text: &str, range: Range<usize>, edits: &[Edit]) -> String {
    let (mut out, mut at, mut rest) = (String::new(), range.start, edits);
    while let [edit, others @ ..] = rest {
        // An edit inside of this one begins before it ends.
        let inner = others.iter().take_while(|other| other.range.start < edit.range.end).count();
        let (inside, after) = others.split_at(inner);
        rest = after;
        out += &text[at..edit.range.start];
        out += &edit.rendered(text, inside);
        at = edit.range.end;
    }
    out + &text[at..range.end]
}

impl Edit {
    fn rendered(&self, text: &str, inside: &[Edit]) -> String {
        let is = |id: &u32| format!("crate::__mutant::is({id})");
        let pieces = |pieces: &[Piece]| -> String { pieces.iter().map(|piece| piece.rendered(text, inside)).collect() };
        let variants = self.variants.iter();
        match self.form {
            Form::Expression | Form::Shorthand => {
                let variants = variants.map(|(id, variant)| format!("if {} {{ {} }} else ", is(id), pieces(variant)));
                let variants = variants.collect::<Vec<_>>().concat();
                let original = pieces(&self.original);
                let name = if matches!(self.form, Form::Shorthand) { format!("{original}: ") } else { String::new() };
                format!("{name}({variants}{{ {original} }})")
            }
            Form::Statement => {
                let variants = variants.map(|(id, body)| format!(" if {} {{ {} }}", is(id), pieces(body)));
                variants.collect::<Vec<_>>().concat()
            }
            Form::Guard => variants.map(|(id, _)| format!(" if !{}", is(id))).collect::<Vec<_>>().concat(),
        }
    }
}

impl Piece {
    fn rendered(&self, text: &str, edits: &[Edit]) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Source(range) => {
                let begin = edits.partition_point(|edit| edit.range.start < range.start);
                let end = edits.partition_point(|edit| edit.range.start < range.end);
                rendered(text, range.clone(), &edits[begin..end])
            }
        }
    }
}

/// Finds the expression of each mutant.
struct Finder<'t> {
    text: &'t str,
    wanted: BTreeMap<(Genre, Place), Vec<(u32, &'t str)>>,
    edits: Vec<Edit>,
}

impl<'t> Finder<'t> {
    fn take(&mut self, genre: Genre, span: Span) -> Vec<(u32, &'t str)> {
        let start = span.start();
        self.wanted.remove(&(genre, Place { line: start.line, column: start.column + 1 })).unwrap_or_default()
    }

    fn edit(&mut self, range: Range<usize>, form: Form, variants: Vec<(u32, Vec<Piece>)>, original: Vec<Piece>) {
        if !variants.is_empty() {
            self.edits.push(Edit { range, form, variants, original });
        }
    }

    fn body(&mut self, signature: &Signature, block: &Block) {
        // The first `return` would be the type behind an `impl Trait`.
        let is_opaque = self.text[signature.output.span().byte_range()].contains("impl ");
        if let Some(first) = block.stmts.first().filter(|_| !is_opaque) {
            let at = block.brace_token.span.open().byte_range().end;
            let found = self.take(Genre::FnValue, first.span());
            let variants = found.into_iter().map(|(id, value)| (id, vec![Piece::Text(format!("return {value};"))]));
            self.edit(at..at, Form::Statement, variants.collect(), Vec::new());
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        let (range, op) = (node.span().byte_range(), node.op.span().byte_range());
        let with = |other: &str| {
            vec![Piece::Source(range.start..op.start), Piece::Text(other.to_owned()), Piece::Source(op.end..range.end)]
        };
        let found = self.take(Genre::BinaryOperator, node.op.span());
        if !is_chain_of_let(node) {
            let variants = found.into_iter().map(|(id, other)| (id, with(other))).collect();
            let original = with(&self.text[op.clone()]);
            self.edit(range.clone(), Form::Expression, variants, original);
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        let (range, op) = (node.span().byte_range(), node.op.span().byte_range());
        let operand = || Piece::Source(op.end..range.end);
        let variants = self.take(Genre::UnaryOperator, node.op.span());
        let variants = variants.into_iter().map(|(id, _)| (id, vec![operand()])).collect();
        let original = vec![Piece::Text(self.text[op.clone()].to_owned()), operand()];
        self.edit(range.clone(), Form::Expression, variants, original);
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast Arm) {
        let mut deleted = self.take(Genre::MatchArm, node.span());
        if let Pat::Guard(guarded) = &node.pat {
            for (_, replacement) in &mut deleted {
                *replacement = "false";
            }
            deleted.extend(self.take(Genre::MatchArmGuard, guarded.guard.span()));
            let range = guarded.guard.span().byte_range();
            let variants = deleted.into_iter().map(|(id, value)| (id, vec![Piece::Text(value.to_owned())])).collect();
            self.edit(range.clone(), Form::Expression, variants, vec![Piece::Source(range)]);
        } else {
            let at = node.pat.span().byte_range().end;
            self.edit(at..at, Form::Guard, deleted.into_iter().map(|(id, _)| (id, Vec::new())).collect(), Vec::new());
        }
        visit::visit_arm(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        for field in &node.fields {
            let (Some(rest), Member::Named(name)) = (&node.rest, &field.member) else { continue };
            let rest = Piece::Source(rest.span().byte_range());
            let of = Piece::Text(format!("{{ let rest: {} = ", &self.text[node.path.span().byte_range()]));
            let found = self.take(Genre::StructField, field.span());
            let Some((id, _)) = found.first() else { continue };
            let is_place = matches!(node.rest.as_deref(), Some(Expr::Path(_) | Expr::Field(_)));
            let taken = if is_place {
                vec![rest, Piece::Text(format!(".{name}"))]
            } else {
                vec![of, rest, Piece::Text(format!("; rest.{name} }}"))]
            };
            let value = field.expr.span().byte_range();
            let original = vec![Piece::Source(value.clone())];
            let form = if field.colon_token.is_some() { Form::Expression } else { Form::Shorthand };
            self.edit(value, form, vec![(*id, taken)], original);
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_item(&mut self, node: &'ast Item) {
        if !is_of_another_system(node) {
            visit::visit_item(self, node);
        }
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.body(&node.sig, &node.block);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.body(&node.sig, &node.block);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.body(&node.sig, block);
        }
        visit::visit_trait_item_fn(self, node);
    }
}

/// Whether an item is left out where the tests run.
fn is_of_another_system(item: &Item) -> bool {
    let (Item::Fn(syn::ItemFn { attrs, .. }) | Item::Mod(syn::ItemMod { attrs, .. })) = item else { return false };
    attrs.contains(&syn::parse_quote!(#[cfg(not(unix))]))
}

/// Whether `&&` of this expression joins a `let`, which may stand only there.
fn is_chain_of_let(node: &syn::ExprBinary) -> bool {
    fn has_let(expr: &Expr) -> bool {
        match expr {
            Expr::Let(_) => true,
            Expr::Binary(node) => is_chain_of_let(node),
            _ => false,
        }
    }
    matches!(node.op, BinOp::And(_)) && (has_let(&node.left) || has_let(&node.right))
}
