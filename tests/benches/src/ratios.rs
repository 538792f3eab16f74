//! A printed table: two numbers of each row, and their ratios to those of other rows.

/// A row: its name, and the two numbers.
pub type Row<'r> = (&'r str, [f64; 2]);

/// Prints the rows. The numbers are called `units`, and are divided by those of the `references`, which are rows as well.
pub fn print(title: &str, units: [&str; 2], rows: &[Row<'_>], references: &[&str]) {
    let of_references: Vec<_> =
        rows.iter().filter(|(name, _)| references.contains(name)).map(|(name, numbers)| (*name, *numbers)).collect();
    let ratios = of_references.iter().map(|(name, _)| format!("{:>17}", format!("÷ {name}"))).collect::<String>();
    println!("{title:20}{}", units.map(|unit| format!("{unit:>14}{ratios}")).concat());
    for (name, numbers) in rows {
        print!("  {name:18}");
        for (index, number) in numbers.iter().enumerate() {
            print!("{number:>14.*}", index);
            of_references.iter().for_each(|(_, reference)| print!("{:>17.2}", number / reference[index]));
        }
        println!();
    }
}
