#pragma once

#include <string_view>

namespace berth::file {

// Of the listing that people see. Icons are masks filled with a colour of the page, so that they
// follow light and dark; on narrow screens the columns of a row stand below its name.
constexpr std::string_view kListingStyle = R"css(
:root{color-scheme:light dark;
--back:#fff;--text:#1c2128;--quiet:#59636e;--line:#d8dee4;--link:#0757ba;--row:#f3f6f9}
@media(prefers-color-scheme:dark){:root{
--back:#12161c;--text:#e3e8ee;--quiet:#9aa5b1;--line:#2f3742;--link:#78b4ff;--row:#1b212a}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);
font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.25rem;font-weight:600;margin:0 0 1rem;padding:0 .5rem;overflow-wrap:anywhere}
h1 span,h1 i{font-style:normal;font-weight:400;color:var(--quiet)}
h1 i{padding:0 .3em}
h1 a[aria-label]{padding-right:.3em}
h1 a[aria-current]{color:var(--text)}
p{color:var(--quiet);padding:0 .5rem}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{padding:.35rem .5rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{white-space:nowrap;font-weight:600}
th a{color:var(--text)}
th[aria-sort=ascending] a::after{content:' \2191'}
th[aria-sort=descending] a::after{content:' \2193'}
th:nth-child(2){width:11rem}
th:nth-child(3){width:6.5rem}
th:nth-child(4){width:13rem}
td{color:var(--quiet);white-space:nowrap;font-variant-numeric:tabular-nums}
td:first-child{white-space:normal;overflow-wrap:anywhere;padding-left:2.15rem}
td:nth-child(3),th:nth-child(3){text-align:right}
th:nth-child(4),td:nth-child(4){padding-left:1.5rem}
td:nth-child(4){overflow:hidden;text-overflow:ellipsis}
tbody tr:hover{background:var(--row)}
td a{position:relative}
td a::before{content:'';position:absolute;left:-1.65em;top:.1em;width:1em;height:1em;
background:var(--quiet);-webkit-mask:var(--icon);mask:var(--icon);
--icon:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
%3Cpath d='M3 1h7l3 3v11H3zm1.2 1.2v11.6h7.6V5H9V2.2z'/%3E%3C/svg%3E")}
td a.d::before{background:var(--link);
--icon:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
%3Cpath d='M1 3h5l2 2h7v9H1z'/%3E%3C/svg%3E")}
td a.u::before{
--icon:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
%3Cpath d='M8 2l5 5-1 1-3.3-3.3V14H7.3V4.7L4 8 3 7z'/%3E%3C/svg%3E")}
@media(max-width:44rem){
main{padding:1rem .5rem 2rem}
table,thead,tbody{display:block}
tr{display:flex;flex-wrap:wrap;column-gap:1rem;padding:.45rem .5rem;
border-bottom:1px solid var(--line)}
tbody tr{padding-left:2.15rem}
th:nth-child(n),td:nth-child(n){border:0;padding:0;width:auto;min-width:0;text-align:left}
td:nth-child(n){font-size:.85rem;max-width:100%}
td:empty{display:none}
td:nth-child(1){flex:0 0 100%;font-size:1rem}
}
)css";

}  // namespace berth::file
