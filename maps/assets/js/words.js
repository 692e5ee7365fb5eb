// Numbers and sentences as a French reader expects them, and elements made without markup.
(() => {
  'use strict';
  const Atlas = (window.Atlas = {});
  const NARROW = '\u202f';
  const FIRM = '\u00a0';
  const UNITS = '⟦units⟧'; // the page's assembly writes layers.words.french.UNITS here

  const formats = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat('fr-FR', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );

  function isNumber(value) {
    return typeof value === 'number' && Number.isFinite(value);
  }

  const loose = [0, 1, 2].map((digits) => new Intl.NumberFormat('fr-FR', { maximumFractionDigits: digits }));

  // Two significant figures, even before the comma: what follows is noise in an estimate.
  const ESTIMATE = 'estimate';
  const rough = new Intl.NumberFormat('fr-FR', { maximumSignificantDigits: 3 });
  const rougher = new Intl.NumberFormat('fr-FR', { maximumSignificantDigits: 2 });
  const ROUGHER = 'rougher';

  // Two figures when the doubt is wider than what the third counts: layers.words.french says the same.
  function estimateOf(value, low, high) {
    if (![value, low, high].every(isNumber) || !value) return ESTIMATE;
    return high - low > 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2) ? ROUGHER : ESTIMATE;
  }

  // Enough digits to compare, no more: 12 345 ; 123,4 ; 1,23. Asked digits are all written.
  function number(value, digits) {
    if (!isNumber(value)) return '–';
    if (digits === ESTIMATE || digits === ROUGHER) return (digits === ROUGHER ? rougher : rough).format(value).replace('-', '−');
    const size = Math.abs(value);
    const kept = digits ?? (size >= 1000 ? 0 : size >= 10 ? 1 : 2);
    const plain = Object.is(Math.round(value * 10 ** kept), -0) ? 0 : value;
    return (digits === undefined ? loose : formats)[kept].format(plain).replace('-', '−');
  }

  function quantity(value, unit, digits) {
    if (!isNumber(value)) return 'non connu';
    if (unit === '1' || !unit) return number(value, digits);
    return number(value, digits) + (unit === '%' ? NARROW : FIRM) + written(unit);
  }

  function written(unit) {
    return unit.replaceAll('m3eq', 'm³-éq').replaceAll('m3', 'm³').replaceAll('m2', 'm²').replaceAll('CO2', 'CO₂').replaceAll('degC', '°C').replaceAll('/yr', '/an');
  }

  function interval(low, high, unit, digits) {
    if (!isNumber(low) || !isNumber(high)) return quantity(isNumber(low) ? low : high, unit, digits);
    const [from, to] = [number(low, digits), number(high, digits)];
    return from === to ? quantity(low, unit, digits) : `${from} à ${quantity(high, unit, digits)}`;
  }

  function date(iso) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(iso ?? ''));
    return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : String(iso ?? '');
  }

  // Sentences come from several hands: spaces before marks and units are made firm here, once.
  function typeset(text) {
    return String(text ?? '')
      .replace(/CO2/g, 'CO₂')
      .replace(/(\p{L})'(?=[\p{L}\d])/gu, '$1’')
      .replace(/ ([;!?%])/g, `${NARROW}$1`)
      .replace(/ :/g, `${FIRM}:`)
      .replace(/« /g, `«${FIRM}`)
      .replace(/ »/g, `${FIRM}»`)
      .replace(/(\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, `$1${NARROW}`)
      .replace(new RegExp(`(\\d) (?=(${UNITS})(?![\\p{L}\\d]))`, 'gu'), `$1${FIRM}`);
  }

  // « de » before a place name, as its first word asks; layers.words.french.of_place says the same.
  function ofPlace(name) {
    if (name.startsWith('Le ')) return `du ${name.slice(3)}`;
    if (name.startsWith('Les ')) return `des ${name.slice(4)}`;
    return /^[AEIOUYÀÂÆÉÈÊËÎÏÔŒÙÛ]/.test(name) ? `d'${name}` : `de ${name}`;
  }

  function plural(count, one, many) {
    return `${number(count, 0)}${FIRM}${Math.abs(count) < 2 ? one : many}`;
  }

  function append(node, children) {
    for (const child of children.flat(3)) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : document.createTextNode(typeset(child)));
    }
    return node;
  }

  // Every text of the page goes through a text node: nothing in the data is ever markup.
  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? '' : String(value));
    }
    return append(node, children);
  }

  function fill(node, ...children) {
    node.replaceChildren();
    return append(node, children);
  }

  // A hexadecimal colour made see-through, for the canvas.
  function tint(hex, alpha) {
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    return `rgba(${red},${green},${blue},${alpha})`;
  }

  const byId = (id) => document.getElementById(id);

  Object.assign(Atlas, {
    NARROW, FIRM, unitName: written, isNumber, number, quantity, interval, date, typeset, plural, ofPlace, ESTIMATE, estimateOf, element, fill, tint, byId,
  });
})();
