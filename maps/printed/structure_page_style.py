"""The sheet that « campus ou maillage » is written on: its order, its words between, its style."""

TEMPLATE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Campus ou maillage – {title}</title>
<style>
* {{ box-sizing: border-box }}
body {{ font: 16px/1.5 "Segoe UI", system-ui, "DejaVu Sans", sans-serif; color: #1d2430; background: #fff; margin: 1.5rem auto; max-width: 66rem; padding: 0 1rem }}
header {{ border-bottom: 3px solid #0d4f73 }}
h1 {{ font-size: 1.7rem; line-height: 1.25; margin: .2rem 0 }}
h2 {{ font-size: 1.2rem; margin: 1.6rem 0 .3rem; color: #0d4f73 }}
h3 {{ font-size: 1.02rem; margin: .8rem 0 .2rem }}
h4 {{ font-size: .92rem; margin: 0 0 .15rem; border-bottom: 2px solid #0d4f73 }}
.kicker, footer, caption, small {{ color: #505866 }}
.kicker {{ margin: 0 }}
.answer {{ background: #eef3f6; border-left: 5px solid #0d4f73; margin: 1rem 0; padding: .6rem 1rem .6rem 2.2rem; font-size: 1.08rem }}
.answer li:first-child {{ font-weight: 600 }}
img {{ display: block; width: 100%; height: auto }}
.wide {{ overflow-x: auto }}
.wide:focus-visible {{ outline: 3px solid #0d4f73 }}
table {{ border-collapse: collapse; width: 100%; font-size: .9rem; margin: .3rem 0 }}
table.short {{ max-width: 34rem }}
caption {{ text-align: left; padding-bottom: .3rem }}
th, td {{ border-bottom: 1px solid #cfd6dd; padding: .35rem .5rem; text-align: left; vertical-align: top; font-weight: 400 }}
thead th {{ font-weight: 600; background: #eef3f6 }}
tbody th {{ font-weight: 600 }}
tr.run > * {{ background: #fff3d6 }}
.three {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem; font-size: .93rem }}
.three ul {{ margin: 0; padding-left: 1.1rem }}
.three p {{ margin: 0 }}
.sites .three {{ font-size: .85rem; line-height: 1.35 }}
footer {{ border-top: 1px solid #cfd6dd; margin-top: 1.4rem; padding-top: .4rem; font-size: .85rem }}
@media (max-width: 44rem) {{ .three {{ grid-template-columns: 1fr }} }}
@media print {{
  @page {{ size: A4; margin: 12mm }}
  body {{ margin: 0; padding: 0; max-width: none; font-size: 9pt; line-height: 1.35 }}
  table, .three {{ font-size: 8pt }}
  h2, h3 {{ break-after: avoid }}
  tr, section {{ break-inside: avoid }}
  section.sites {{ break-inside: auto }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact }}
}}
</style></head><body>
<header><p class="kicker">Centres de données (datacenters) · {place} · {title} · {need}</p>
<h1>Campus ou maillage ?</h1></header><main>
<ul class="answer">{answer}</ul>
<img src="data:image/png;base64,{picture}" alt="{said}">
<h2>Les plans, de beaucoup de petits sites à peu de grands</h2>
<div class="wide" tabindex="0" role="region" aria-label="Plans comparés">
<table><caption>{cost}</caption>{structures}</table></div>
<p>{stability}</p>
<h2>Que garder si le besoin change ?</h2>
<p>Décider d'abord des départements et des intercommunalités : c'est là que les plans se ressemblent.</p>
{places}
<h2>Ce que chaque besoin demande</h2>
<table class="short"><thead><tr><th scope="col">Part du besoin</th><th scope="col">MW informatiques à placer</th><th scope="col">Sites</th><th scope="col">Plus grand site (MW)</th></tr></thead><tbody>{needs}</tbody></table>
<ul>{nested}</ul>
<h3>Sites qu'un besoin plus grand écarte, et pourquoi</h3>
{dropped}
<h2>Si les hypothèses se trompent : le moindre regret</h2>
{regret}
{worst}
<h2>Comment c'est calculé</h2>
<ul>{method}</ul>
</main><footer>{foot}</footer></body></html>
"""  # noqa: E501 - a page, not code
