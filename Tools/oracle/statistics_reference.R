# The expected values of the regressions: see statistics_reference.py, which writes the data.
#
#     Rscript Tools/oracle/statistics_reference.R Tests/PlumblineStatisticsTests/Reference
#
# Debian: r-base-core, r-cran-lme4, r-cran-lmertest, r-cran-clubsandwich.
suppressMessages({
  library(lme4)
  library(clubSandwich)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "regression.csv"))
lines <- character()
put <- function(name, value) lines <<- c(lines, sprintf("%s,%.17g", name, value))
terms <- c("intercept", "vit", "pretrained", "size")

fit <- lm(gap ~ vit + pretrained + size, data = data)
ols <- summary(fit)$coefficients
put("r_squared", summary(fit)$r.squared)
one_image <- vcovCR(fit, cluster = data$image, type = "CR1S")
one_pair <- vcovCR(fit, cluster = data$pair, type = "CR1S")
one_both <- vcovCR(fit, cluster = paste(data$image, data$pair), type = "CR1S")
two <- as.matrix(one_image) + as.matrix(one_pair) - as.matrix(one_both)
for (i in 1:4) {
  put(paste0("ols_", terms[i]), ols[i, 1])
  put(paste0("ols_se_", terms[i]), ols[i, 2])
  put(paste0("ols_p_", terms[i]), ols[i, 4])
  put(paste0("cr1_image_", terms[i]), sqrt(one_image[i, i]))
  put(paste0("cr1_pair_", terms[i]), sqrt(one_pair[i, i]))
  put(paste0("two_way_", terms[i]), sqrt(two[i, i]))
}
for (kind in c("image", "pair")) {
  test <- coef_test(fit, vcov = "CR2", cluster = data[[kind]], test = "Satterthwaite")
  for (i in 1:4) {
    put(paste0("cr2_", kind, "_", terms[i]), test$SE[i])
    put(paste0("cr2_df_", kind, "_", terms[i]), test$df[i])
    put(paste0("cr2_p_", kind, "_", terms[i]), test$p_Satt[i])
  }
}

mixed <- function(name, formula) {
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.1, rhoend = 1e-12,
                                                              maxfun = 1e5))
  model <- lmer(formula, data = data, REML = TRUE, control = control)
  spread <- as.data.frame(VarCorr(model))
  put(paste0(name, "_image"), sum(spread$vcov[spread$grp == "image"]))
  put(paste0(name, "_pair"), sum(spread$vcov[spread$grp == "pair"]))
  put(paste0(name, "_residual"), spread$vcov[spread$grp == "Residual"])
  put(paste0(name, "_criterion"), REMLcrit(model))
  for (i in 1:4) {
    put(paste0(name, "_", terms[i]), fixef(model)[i])
    put(paste0(name, "_se_", terms[i]), sqrt(vcov(model)[i, i]))
  }
}
mixed("mixed", gap ~ vit + pretrained + size + (1 | image) + (1 | pair))
mixed("mixed_one", gap ~ vit + pretrained + size + (1 | image))
writeLines(lines, file.path(folder, "expected_r.csv"))
