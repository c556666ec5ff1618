%{
implement Y;
%}
%module Y { init: fn(); }
%token A
%%
s: A | s A ;
%%
init() {}
