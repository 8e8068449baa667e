//! Any text as ASCII: what looks like a Latin letter is that letter, what sounds like one too.
//!
//! There are two readings of a foreign letter. Cyrillic `с` looks like `c` to whoever hides something, and sounds like `s` to
//! whoever writes his name. Both are made; detectors look at each.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of other alphabets that look like Latin ones, after the compatibility forms are gone. Of the confusables of
/// Unicode TS 39 those that a reader takes for the letter itself.
const LOOKALIKES: [(char, &str); 36] = [
    ('a', "аαɑ⍺ạᴀ"),
    ('b', "Ььƅʙв"),
    ('c', "сϲᴄⅽҫ"),
    ('d', "ԁɗᏧ"),
    ('e', "еҽєεᴇ℮"),
    ('f', "ғϝꜰſ"),
    ('g', "ɡցɢԍ"),
    ('h', "һհʜнℎ"),
    ('i', "іιıɩɪӏ"),
    ('j', "јϳᴊ"),
    ('k', "кκᴋқ"),
    ('l', "ⅼӀʟլ|∣"),
    ('m', "мᴍⅿ"),
    ('n', "ոпηɴռ"),
    ('o', "оοօσᴏ"),
    ('p', "рρᴘ"),
    ('q', "ԛգ"),
    ('r', "гʀᴦř"),
    ('s', "ѕꜱƽ"),
    ('t', "тτᴛ"),
    ('u', "υսцᴜ"),
    ('v', "ѵνᴠ"),
    ('w', "ԝшωᴡ"),
    ('x', "хχ×"),
    ('y', "уүγყʏ"),
    ('z', "ᴢʐ"),
    ('A', "АΑᎪ"),
    ('B', "ВΒᏴ"),
    ('E', "ЕΕᎬ"),
    ('H', "НΗᎻ"),
    ('K', "КΚᏦ"),
    ('M', "МΜᎷ"),
    ('P', "РΡᏢ"),
    ('T', "ТΤᎢ"),
    ('X', "ХΧ"),
    ('C', "СϹᏟ"),
];
/// The rest of the capitals, and signs that stand for others.
const MORE_LOOKALIKES: [(char, &str); 14] = [
    ('O', "ОΟՕ"),
    ('I', "ІΙᛁ"),
    ('J', "ЈᎫ"),
    ('S', "ЅՏᏚ"),
    ('Y', "ҮΥУ"),
    ('Z', "ΖᏃ"),
    ('N', "Ν"),
    ('.', "․。·•∙"),
    ('-', "‐‑‒–—―−⁃"),
    ('/', "∕⁄⧸"),
    (':', "：∶ː׃"),
    ('@', "＠﹫"),
    ('_', "＿"),
    ('\'', "’ʼ‘`´"),
];

/// How a letter of another alphabet is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As the Latin letter that it looks like.
    Look,
    /// As the Latin letters that it sounds like.
    Sound,
}

/// `text` in ASCII.
pub(crate) fn fold(text: &str, reading: Reading) -> String {
    let mut ascii = String::with_capacity(text.len());
    for sign in text.nfkd().filter(|sign| !is_invisible(*sign)) {
        match (sign.is_ascii(), reading) {
            (true, _) => ascii.push(sign),
            (false, Reading::Look) => push_look(sign, &mut ascii),
            (false, Reading::Sound) => push_sound(sign, &mut ascii),
        }
    }
    ascii
}

/// Marks on letters, and signs that take no room: nobody sees them between two letters.
fn is_invisible(sign: char) -> bool {
    is_combining_mark(sign)
        || matches!(
            sign,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
}

fn push_look(sign: char, ascii: &mut String) {
    let tables = LOOKALIKES.iter().chain(&MORE_LOOKALIKES);
    match tables.into_iter().find(|(_, alike)| alike.contains(sign)) {
        Some((latin, _)) => ascii.push(*latin),
        None => push_sound(sign, ascii),
    }
}

fn push_sound(sign: char, ascii: &mut String) {
    // What has no sound still parts what is beside it.
    ascii.push_str(deunicode_char(sign).unwrap_or(" "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_wide_forms_marks_and_invisible_signs_are_the_letters_they_stand_for() {
        let cases = [
            ("ｊｅａｎ", "jean"),
            ("jеаn", "jean"),
            ("𝐣𝒆𝓪𝔫", "jean"),
            ("je\u{200b}an", "jean"),
            ("Jérôme", "Jerome"),
            ("٠٦١٢", "0612"),
            ("①②", "12"),
            ("ѕmіth", "smith"),
        ];
        for (text, ascii) in cases {
            assert_eq!(fold(text, Reading::Look), ascii, "{text}");
        }
    }

    #[test]
    fn a_name_in_another_alphabet_is_also_read_as_it_sounds() {
        assert_eq!(fold("Сергей", Reading::Sound), "Sergei");
        assert_eq!(fold("Łódź straße", Reading::Sound), "Lodz strasse");
    }
}
